<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en_US">
<context>
    <name>Actions</name>
    <message>
        <source>Checkout</source>
        <translation>Kasse</translation>
    </message>
    <message>
        <source>Enroll</source>
        <translation>Anlernen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Catalog</source>
        <translation>Produkte</translation>
    </message>
    <message>
        <source>Insights</source>
        <translation>Berichte</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Counter</source>
        <translation>Theke</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Gelesen</translation>
    </message>
    <message>
        <source>Park</source>
        <translation>Parken</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>Storno</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>Bezahlen</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Remove line</source>
        <translation>Position entfernen</translation>
    </message>
    <message>
        <source>One more</source>
        <translation>Eins mehr</translation>
    </message>
    <message>
        <source>One fewer</source>
        <translation>Eins weniger</translation>
    </message>
    <message>
        <source>Change price</source>
        <translation>Preis ändern</translation>
    </message>
    <message>
        <source>Next question</source>
        <translation>Nächste Frage</translation>
    </message>
    <message>
        <source>Choose the first</source>
        <translation>Erste Antwort wählen</translation>
    </message>
    <message>
        <source>Choose the second</source>
        <translation>Zweite Antwort wählen</translation>
    </message>
    <message>
        <source>Choose the third</source>
        <translation>Dritte Antwort wählen</translation>
    </message>
    <message>
        <source>No item</source>
        <translation>Kein Artikel</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>Aufnehmen</translation>
    </message>
    <message>
        <source>Save and teach</source>
        <translation>Produkt anlernen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Stimmt</translation>
    </message>
    <message>
        <source>Not an item</source>
        <translation>Kein Artikel</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Egal</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Import a folder</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Counter is empty</source>
        <translation>Theke ist leer</translation>
    </message>
    <message>
        <source>Draw region</source>
        <translation>Bereich zeichnen</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>What is found</source>
        <translation>Was gefunden wird</translation>
    </message>
    <message>
        <source>What has changed</source>
        <translation>Was sich ändert</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
</context>
<context>
    <name>BasketFace</name>
    <message>
        <source>One moment</source>
        <translation>Einen Moment</translation>
    </message>
    <message>
        <source>The basket opens with the shop.</source>
        <translation>Der Warenkorb erscheint, sobald der Laden offen ist.</translation>
    </message>
    <message>
        <source>Put items on the counter</source>
        <translation>Artikel auf die Theke legen</translation>
    </message>
    <message>
        <source>Or look one up, or scan its barcode.</source>
        <translation>Oder einen suchen oder seinen Barcode scannen.</translation>
    </message>
    <message>
        <source>Basket</source>
        <translation>Warenkorb</translation>
    </message>
    <message>
        <source>Without tax</source>
        <translation>Netto</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>MwSt.</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 Artikel</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} Artikel</translation>
    </message>
    <message>
        <source>Sale {number}</source>
        <translation>Bon {number}</translation>
    </message>
    <message>
        <source>{count} parked</source>
        <translation>{count} geparkt</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Abrufen</translation>
    </message>
    <message>
        <source>Pay {amount}</source>
        <translation>{amount} bezahlen</translation>
    </message>
</context>
<context>
    <name>BasketList</name>
    <message>
        <source>Basket</source>
        <translation>Warenkorb</translation>
    </message>
</context>
<context>
    <name>BasketListModel</name>
    <message>
        <source>void: {reason}</source>
        <translation>Storno: {reason}</translation>
    </message>
    <message>
        <source>{price} a kilogram</source>
        <translation>{price} je Kilogramm</translation>
    </message>
    <message>
        <source>{price} each</source>
        <translation>je {price}</translation>
    </message>
    <message>
        <source>Not enrolled</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>your choice</source>
        <translation>bitte wählen</translation>
    </message>
</context>
<context>
    <name>BasketPanel</name>
    <message>
        <source>Void the sale</source>
        <translation>Bon stornieren</translation>
    </message>
    <message>
        <source>Void</source>
        <translation>Stornieren</translation>
    </message>
    <message>
        <source>Customer left</source>
        <translation>Kunde ist gegangen</translation>
    </message>
    <message>
        <source>Scanned by mistake</source>
        <translation>Versehentlich erfasst</translation>
    </message>
    <message>
        <source>Price was wrong</source>
        <translation>Preis war falsch</translation>
    </message>
    <message>
        <source>Cannot be paid</source>
        <translation>Kann nicht bezahlt werden</translation>
    </message>
</context>
<context>
    <name>CameraCard</name>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>Darker</source>
        <translation>Dunkler</translation>
    </message>
    <message>
        <source>Brighter</source>
        <translation>Heller</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>Fokus</translation>
    </message>
    <message>
        <source>Farther</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Nearer</source>
        <translation>Näher</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>The demo shop is drawn: it has neither exposure nor focus.</source>
        <translation>Der Demo-Laden ist gezeichnet: Er hat weder Belichtung noch Fokus.</translation>
    </message>
    <message>
        <source>Exposure and focus of this source cannot be set from here; a camera may do it in its menu.</source>
        <translation>Belichtung und Schärfe dieser Quelle lassen sich hier nicht einstellen; eine Kamera kann es vielleicht in ihrem Menü.</translation>
    </message>
    <message>
        <source>Hold both when the picture is good: a camera that corrects itself looks like a changed counter.</source>
        <translation>Halten Sie beides fest, wenn das Bild gut ist: Eine Kamera, die nachregelt, sieht aus wie eine veränderte Theke.</translation>
    </message>
    <message>
        <source>What is held stays held, also when the camera is plugged in again.</source>
        <translation>Was festgehalten ist, bleibt es auch, wenn die Kamera wieder eingesteckt wird.</translation>
    </message>
</context>
<context>
    <name>CameraControl</name>
    <message>
        <source>First USB camera, else the demo shop</source>
        <translation>Erste USB-Kamera, sonst Demo-Laden</translation>
    </message>
    <message>
        <source>Demo shop</source>
        <translation>Demo-Laden</translation>
    </message>
</context>
<context>
    <name>CatalogPage</name>
    <message>
        <source>Search products</source>
        <translation>Produkte suchen</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>New product</source>
        <translation>Neues Produkt</translation>
    </message>
    <message>
        <source>Enroll the first product</source>
        <translation>Das erste Produkt anlernen</translation>
    </message>
    <message>
        <source>No products yet</source>
        <translation>Noch keine Produkte</translation>
    </message>
    <message>
        <source>Put one under the camera and enroll it, or import a folder with one sub-folder a product.</source>
        <translation>Legen Sie eines unter die Kamera und lernen Sie es an, oder importieren Sie einen Ordner mit einem Unterordner je Produkt.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Esc shows all products again.</source>
        <translation>Esc zeigt wieder alle Produkte.</translation>
    </message>
    <message>
        <source>Every product is archived</source>
        <translation>Alle Produkte sind archiviert</translation>
    </message>
    <message>
        <source>Press “Archived” to see them.</source>
        <translation>„Archiv“ zeigt sie an.</translation>
    </message>
    <message>
        <source>A folder with one sub-folder of pictures a product</source>
        <translation>Ein Ordner mit einem Unterordner voller Bilder je Produkt</translation>
    </message>
    <message>
        <source>{products} products with {references} references imported</source>
        <translation>{products} Produkte mit {references} Referenzen importiert</translation>
    </message>
</context>
<context>
    <name>CheckRow</name>
    <message>
        <source>Checks of the picture</source>
        <translation>Prüfungen des Bildes</translation>
    </message>
    <message>
        <source>Nothing is wrong with the picture, as far as it shows.</source>
        <translation>Mit dem Bild ist alles in Ordnung, soweit zu sehen ist.</translation>
    </message>
    <message>
        <source>Nothing is wrong with the picture.</source>
        <translation>Mit dem Bild ist alles in Ordnung.</translation>
    </message>
    <message>
        <source>Choose a check to see what it says. They are repeated every two seconds.</source>
        <translation>Wählen Sie eine Prüfung, um zu sehen, was sie sagt. Sie werden alle zwei Sekunden wiederholt.</translation>
    </message>
    <message>
        <source>The picture is being looked at.</source>
        <translation>Das Bild wird geprüft.</translation>
    </message>
</context>
<context>
    <name>CheckoutPage</name>
    <message>
        <source>Checkout</source>
        <translation>Kasse</translation>
    </message>
    <message>
        <source>The empty counter is learned.</source>
        <translation>Die leere Theke ist eingelernt.</translation>
    </message>
    <message>
        <source>The demo shop is being set up.</source>
        <translation>Der Demo-Laden wird eingerichtet.</translation>
    </message>
    <message>
        <source>The demo shop is being set up: {done} of {total}.</source>
        <translation>Der Demo-Laden wird eingerichtet: {done} von {total}.</translation>
    </message>
    <message>
        <source>The demo shop is open. It knows {count} products.</source>
        <translation>Der Demo-Laden ist offen. Er kennt {count} Produkte.</translation>
    </message>
</context>
<context>
    <name>ChipRow</name>
    <message>
        <source>The live picture</source>
        <translation>Das Livebild</translation>
    </message>
</context>
<context>
    <name>ClosestReferences</name>
    <message>
        <source>closest references</source>
        <translation>ähnlichste Referenzen</translation>
    </message>
    <message>
        <source>none: nothing comes close</source>
        <translation>keine: nichts ist ähnlich</translation>
    </message>
</context>
<context>
    <name>CountRing</name>
    <message>
        <source>of {fewest}–{most}</source>
        <translation>von {fewest}–{most}</translation>
    </message>
    <message>
        <source>{shots} shots</source>
        <translation>{shots} Aufnahmen</translation>
    </message>
</context>
<context>
    <name>CounterLink</name>
    <message>
        <source>Counter setup</source>
        <translation>Theke einrichten</translation>
    </message>
    <message>
        <source>Region, border and empty counter</source>
        <translation>Bereich, Rand und leere Theke</translation>
    </message>
    <message>
        <source>They are set on the live picture, beside exposure, focus and the checks of the picture.</source>
        <translation>Sie werden auf dem Livebild eingestellt, neben Belichtung, Fokus und den Prüfungen des Bildes.</translation>
    </message>
</context>
<context>
    <name>CounterPicture</name>
    <message>
        <source>Live picture with the part of the counter that counts</source>
        <translation>Livebild mit dem Teil der Theke, der zählt</translation>
    </message>
</context>
<context>
    <name>CounterSetupPage</name>
    <message>
        <source>Counter setup</source>
        <translation>Theke einrichten</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>Was gezeigt wird</translation>
    </message>
    <message>
        <source>hand</source>
        <translation>Hand</translation>
    </message>
    <message>
        <source>The detector is not ready yet.</source>
        <translation>Der Detektor ist noch nicht bereit.</translation>
    </message>
    <message>
        <source>Nothing to compare with: no empty counter is learned.</source>
        <translation>Nichts zum Vergleichen: Es ist keine leere Theke eingelernt.</translation>
    </message>
    <message>
        <source>Outlined: counts as changed</source>
        <translation>Umrandet: gilt als verändert</translation>
    </message>
    <message>
        <source>Items found: {count}</source>
        <translation>Gefundene Artikel: {count}</translation>
    </message>
    <message>
        <source>The empty counter is learned.</source>
        <translation>Die leere Theke ist eingelernt.</translation>
    </message>
    <message>
        <source>Applying…</source>
        <translation>Wird angewendet …</translation>
    </message>
    <message>
        <source>✓ Saved</source>
        <translation>✓ Gespeichert</translation>
    </message>
</context>
<context>
    <name>EmptyCard</name>
    <message>
        <source>Counter is empty</source>
        <translation>Theke ist leer</translation>
    </message>
    <message>
        <source>Empty counter</source>
        <translation>Leere Theke</translation>
    </message>
    <message>
        <source>Not set up yet</source>
        <translation>Noch nicht eingerichtet</translation>
    </message>
    <message>
        <source>Take everything off the counter, then press.</source>
        <translation>Räumen Sie die Theke leer, dann drücken Sie.</translation>
    </message>
    <message>
        <source>Set up {time}</source>
        <translation>Eingerichtet {time}</translation>
    </message>
    <message>
        <source>Learned by itself</source>
        <translation>Von selbst eingelernt</translation>
    </message>
    <message>
        <source>{time}. To be sure, clear the counter and press.</source>
        <translation>{time}. Um sicher zu sein: Theke leer räumen und drücken.</translation>
    </message>
    <message>
        <source>The detector is learning it.</source>
        <translation>Der Detektor lernt sie gerade ein.</translation>
    </message>
    <message>
        <source>Tells whether camera and light are as they were.</source>
        <translation>Zeigt, ob Kamera und Licht sind, wie sie waren.</translation>
    </message>
    <message>
        <source>What differs from it is taken for an item.</source>
        <translation>Was davon abweicht, gilt als Artikel.</translation>
    </message>
</context>
<context>
    <name>EngineDialog</name>
    <message>
        <source>Build</source>
        <translation>Bauen</translation>
    </message>
    <message>
        <source>Use them now</source>
        <translation>Jetzt benutzen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Engines for the graphics card</source>
        <translation>Engines für die Grafikkarte</translation>
    </message>
    <message>
        <source>Progress of the engines</source>
        <translation>Fortschritt der Engines</translation>
    </message>
    <message>
        <source>How far the engines are</source>
        <translation>Wie weit die Engines sind</translation>
    </message>
    <message>
        <source>{title} computes your models on this card, from engines that are made once for each model, card and driver. That takes from seconds to many minutes. You can go on selling meanwhile.</source>
        <translation>{title} rechnet Ihre Modelle auf dieser Karte, mit Engines, die einmal für jedes Modell, jede Karte und jeden Treiber gebaut werden. Das dauert Sekunden bis viele Minuten. Sie können währenddessen weiter verkaufen.</translation>
    </message>
    <message>
        <source>Looking at the models</source>
        <translation>Die Modelle werden angesehen</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
    <message>
        <source>✓ The engines are ready</source>
        <translation>✓ Die Engines sind fertig</translation>
    </message>
    <message>
        <source>They are used from the next start on.</source>
        <translation>Sie werden ab dem nächsten Start benutzt.</translation>
    </message>
    <message>
        <source>Stopped: nothing was kept of what was under way.</source>
        <translation>Angehalten: Von dem, was im Gange war, bleibt nichts.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Converting to half precision and comparing</source>
        <translation>Umwandeln in halbe Genauigkeit und Vergleichen</translation>
    </message>
    <message>
        <source>Its engine is there already</source>
        <translation>Die Engine ist schon da</translation>
    </message>
    <message>
        <source>Building the engine</source>
        <translation>Die Engine wird gebaut</translation>
    </message>
    <message>
        <source>{model}: the one that was there still fits.</source>
        <translation>{model}: Die vorhandene passt noch.</translation>
    </message>
    <message>
        <source>{model}: built in {seconds} s.</source>
        <translation>{model}: in {seconds} s gebaut.</translation>
    </message>
</context>
<context>
    <name>EngineLink</name>
    <message>
        <source>Build engines…</source>
        <translation>Engines bauen …</translation>
    </message>
    <message>
        <source>Engines let {title} compute the models on the graphics card. They are built once.</source>
        <translation>Mit Engines rechnet {title} die Modelle auf der Grafikkarte. Sie werden einmal gebaut.</translation>
    </message>
</context>
<context>
    <name>Enrollment</name>
    <message>
        <source>Sharp</source>
        <translation>Scharf</translation>
    </message>
    <message>
        <source>Blurred: hold it still</source>
        <translation>Unscharf: stillhalten</translation>
    </message>
    <message>
        <source>Well lit</source>
        <translation>Gut beleuchtet</translation>
    </message>
    <message>
        <source>Too bright: avoid glare</source>
        <translation>Zu hell: Spiegelungen meiden</translation>
    </message>
    <message>
        <source>Too dark: more light</source>
        <translation>Zu dunkel: mehr Licht</translation>
    </message>
    <message>
        <source>Fills # %</source>
        <translation>Füllt # %</translation>
    </message>
    <message>
        <source>Fills # %: bring it closer</source>
        <translation>Füllt # %: näher heran</translation>
    </message>
    <message>
        <source>Turn it over: show its other sides</source>
        <translation>Wenden: die anderen Seiten zeigen</translation>
    </message>
    <message>
        <source>Move it around: show it in other places and light</source>
        <translation>Umherbewegen: an anderen Stellen und in anderem Licht zeigen</translation>
    </message>
    <message>
        <source>no shots yet</source>
        <translation>noch keine Aufnahmen</translation>
    </message>
    <message>
        <source># more</source>
        <translation>noch #</translation>
    </message>
    <message>
        <source>nearly: turn it over</source>
        <translation>fast: noch wenden</translation>
    </message>
    <message>
        <source>enough</source>
        <translation>ja, genug</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>zu dunkel</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>zu hell</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>zu klein</translation>
    </message>
    <message>
        <source>fills too little</source>
        <translation>füllt zu wenig</translation>
    </message>
    <message>
        <source>same as another</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>The shot is blurred: move the item more slowly.</source>
        <translation>Die Aufnahme ist unscharf: Bewegen Sie den Artikel langsamer.</translation>
    </message>
    <message>
        <source>The shot is too dark: give it more light.</source>
        <translation>Die Aufnahme ist zu dunkel: Sorgen Sie für mehr Licht.</translation>
    </message>
    <message>
        <source>The shot is too bright: avoid glare and direct light.</source>
        <translation>Die Aufnahme ist zu hell: Vermeiden Sie Spiegelungen und direktes Licht.</translation>
    </message>
    <message>
        <source>The item is too small in the picture: bring it closer to the camera.</source>
        <translation>Der Artikel ist im Bild zu klein: Bringen Sie ihn näher an die Kamera.</translation>
    </message>
    <message>
        <source>The item fills too little of the shot: bring it closer or into the frame.</source>
        <translation>Der Artikel füllt zu wenig von der Aufnahme: Bringen Sie ihn näher heran oder in den Rahmen.</translation>
    </message>
    <message>
        <source>The shot shows nothing new: turn or move the item.</source>
        <translation>Die Aufnahme zeigt nichts Neues: Drehen oder bewegen Sie den Artikel.</translation>
    </message>
    <message>
        <source>There are # shots, the most that are kept.</source>
        <translation>Es sind # Aufnahmen; mehr werden nicht behalten.</translation>
    </message>
</context>
<context>
    <name>EnrollmentPage</name>
    <message>
        <source>“{name}” was not finished</source>
        <translation>„{name}“ wurde nicht fertig</translation>
    </message>
    <message>
        <source>A product was not finished</source>
        <translation>Ein Produkt wurde nicht fertig</translation>
    </message>
    <message>
        <source>Its {count} shots are here again.</source>
        <translation>Seine {count} Aufnahmen sind wieder da.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Discard {count} shots?</source>
        <translation>{count} Aufnahmen verwerfen?</translation>
    </message>
    <message>
        <source>They cannot be brought back.</source>
        <translation>Sie lassen sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>“{name}” is recognized from now on.</source>
        <translation>„{name}“ wird ab jetzt erkannt.</translation>
    </message>
    <message>
        <source>{count} references. Put the next product under the camera.</source>
        <translation>{count} Referenzen. Legen Sie das nächste Produkt unter die Kamera.</translation>
    </message>
</context>
<context>
    <name>EntryGrid</name>
    <message>
        <source>Recognized items</source>
        <translation>Erkannte Artikel</translation>
    </message>
</context>
<context>
    <name>EntryListModel</name>
    <message>
        <source>Not an item</source>
        <translation>Kein Artikel</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>known</source>
        <translation>bekannt</translation>
    </message>
    <message>
        <source>possible</source>
        <translation>möglich</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>right</source>
        <translation>stimmt</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>korrigiert</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>egal</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>Usual value of {title}</source>
        <translation>Üblicher Wert von {title}</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
</context>
<context>
    <name>HoursChart</name>
    <message>
        <source>Sales by the hour</source>
        <translation>Umsatz je Stunde</translation>
    </message>
</context>
<context>
    <name>ImportBar</name>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>What was left out</source>
        <translation>Was fehlt</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>What was left out and why</source>
        <translation>Was ausgelassen wurde und warum</translation>
    </message>
    <message>
        <source>Importing {folder}</source>
        <translation>{folder} wird importiert</translation>
    </message>
    <message>
        <source>You can go on working; nothing else waits for it.</source>
        <translation>Sie können weiterarbeiten; nichts anderes wartet darauf.</translation>
    </message>
    <message>
        <source>{count} files were left out.</source>
        <translation>{count} Dateien wurden ausgelassen.</translation>
    </message>
    <message>
        <source>Everything in the folder was used.</source>
        <translation>Alles im Ordner wurde verwendet.</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
</context>
<context>
    <name>InsightsPage</name>
    <message>
        <source>The day before</source>
        <translation>Der Tag davor</translation>
    </message>
    <message>
        <source>The day after</source>
        <translation>Der Tag danach</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Count again</source>
        <translation>Neu zählen</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>Verkauft</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>Bons</translation>
    </message>
    <message>
        <source>Average sale</source>
        <translation>Durchschnittsbon</translation>
    </message>
    <message>
        <source>Names that people found right</source>
        <translation>Als richtig bestätigt</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Betrag</translation>
    </message>
    <message>
        <source>Shown, and what was said</source>
        <translation>Gezeigt, und als was erkannt</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Nothing was sold on this day</source>
        <translation>An diesem Tag wurde nichts verkauft</translation>
    </message>
    <message>
        <source>By the hour</source>
        <translation>Nach Stunden</translation>
    </message>
    <message>
        <source>How items were recognized</source>
        <translation>Wie Artikel erkannt wurden</translation>
    </message>
    <message>
        <source>Best sellers</source>
        <translation>Meistverkauft</translation>
    </message>
    <message>
        <source>Most often corrected</source>
        <translation>Am häufigsten korrigiert</translation>
    </message>
    <message>
        <source>Today, {day}</source>
        <translation>Heute, {day}</translation>
    </message>
    <message>
        <source>Sales and what was recognized appear here as they happen.</source>
        <translation>Bons und erkannte Artikel erscheinen hier, sobald es sie gibt.</translation>
    </message>
    <message>
        <source>{tax} tax included</source>
        <translation>darin {tax} MwSt.</translation>
    </message>
    <message>
        <source>, {voided} called off</source>
        <translation>, {voided} storniert</translation>
    </message>
    <message>
        <source>{items} items</source>
        <translation>{items} Artikel</translation>
    </message>
    <message>
        <source>{right} of {judged} judged</source>
        <translation>{right} von {judged} beurteilten</translation>
    </message>
    <message>
        <source>nobody has judged any yet</source>
        <translation>noch nichts beurteilt</translation>
    </message>
    <message>
        <source>{shown}, taken for {said}</source>
        <translation>{shown}, gehalten für {said}</translation>
    </message>
    <message>
        <source>{shown}, not recognized</source>
        <translation>{shown}, nicht erkannt</translation>
    </message>
    <message>
        <source>Nobody has corrected a name on this day.</source>
        <translation>An diesem Tag hat niemand einen Namen korrigiert.</translation>
    </message>
    <message>
        <source>{weight} kg</source>
        <translation>{weight} kg</translation>
    </message>
</context>
<context>
    <name>KeyCap</name>
    <message>
        <source>Key {keys}</source>
        <translation>Taste {keys}</translation>
    </message>
</context>
<context>
    <name>LiveView</name>
    <message>
        <source>Live picture</source>
        <translation>Livebild</translation>
    </message>
    <message>
        <source>Demo shop</source>
        <translation>Demo-Laden</translation>
    </message>
    <message>
        <source>Not enrolled</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>known</source>
        <translation>bekannt</translation>
    </message>
    <message>
        <source>possible</source>
        <translation>möglich</translation>
    </message>
    <message>
        <source>not enrolled</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>{count} items: {names}</source>
        <translation>{count} Artikel: {names}</translation>
    </message>
    <message>
        <source>The camera is gone.</source>
        <translation>Die Kamera ist weg.</translation>
    </message>
    <message>
        <source>Plug it in again; the sale is kept.</source>
        <translation>Stecken Sie sie wieder ein; der Bon bleibt erhalten.</translation>
    </message>
    <message>
        <source>The station cannot start.</source>
        <translation>Die Kasse kann nicht starten.</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>The camera is being opened.</source>
        <translation>Die Kamera wird geöffnet.</translation>
    </message>
</context>
<context>
    <name>LockRow</name>
    <message>
        <source>Hold {quality}</source>
        <translation>{quality} festhalten</translation>
    </message>
    <message>
        <source>This camera does not let it be held.</source>
        <translation>Diese Kamera lässt das nicht festhalten.</translation>
    </message>
    <message>
        <source>Held at {value}</source>
        <translation>Festgehalten bei {value}</translation>
    </message>
    <message>
        <source>The camera chooses it.</source>
        <translation>Das regelt die Kamera.</translation>
    </message>
</context>
<context>
    <name>LookAlikeCard</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Your shots</source>
        <translation>Ihre Aufnahmen</translation>
    </message>
    <message>
        <source>Looks like “{name}”</source>
        <translation>Sieht aus wie „{name}“</translation>
    </message>
    <message>
        <source>{closer} of {judged} shots are closer to it than to each other. Show what differs, or enroll both at the same distance.</source>
        <translation>{closer} von {judged} Aufnahmen ähneln ihm mehr als einander. Zeigen Sie, was anders ist, oder lernen Sie beide aus demselben Abstand an.</translation>
    </message>
    <message>
        <source>References of “{name}”</source>
        <translation>Referenzen von „{name}“</translation>
    </message>
</context>
<context>
    <name>LookupForm</name>
    <message>
        <source>Name, SKU or barcode</source>
        <translation>Name, Artikelnr. oder Barcode</translation>
    </message>
    <message>
        <source>Find a product by name, SKU or barcode</source>
        <translation>Ein Produkt nach Name, Artikelnummer oder Barcode suchen</translation>
    </message>
    <message>
        <source>Products found</source>
        <translation>Gefundene Produkte</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Try fewer letters, or scan a barcode.</source>
        <translation>Versuchen Sie weniger Buchstaben, oder scannen Sie einen Barcode.</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Details of the message</source>
        <translation>Einzelheiten der Meldung</translation>
    </message>
    <message>
        <source> ({times} times)</source>
        <translation> ({times}-mal)</translation>
    </message>
    <message>
        <source>OK, next ({more})</source>
        <translation>OK, weiter ({more})</translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>OutcomeBar</name>
    <message>
        <source>Outcomes of recognition</source>
        <translation>Ergebnisse der Erkennung</translation>
    </message>
    <message>
        <source>✓ known {count}</source>
        <translation>✓ bekannt {count}</translation>
    </message>
    <message>
        <source>? possible {count}</source>
        <translation>? möglich {count}</translation>
    </message>
    <message>
        <source>+ unknown {count}</source>
        <translation>+ unbekannt {count}</translation>
    </message>
</context>
<context>
    <name>ParkedForm</name>
    <message>
        <source>Parked sales</source>
        <translation>Geparkte Bons</translation>
    </message>
    <message>
        <source>No parked sale</source>
        <translation>Kein geparkter Bon</translation>
    </message>
    <message>
        <source>A parked sale waits here.</source>
        <translation>Ein geparkter Bon wartet hier.</translation>
    </message>
    <message>
        <source>Sale {number} · {time}</source>
        <translation>Bon {number} · {time}</translation>
    </message>
</context>
<context>
    <name>PaymentForm</name>
    <message>
        <source>Payment</source>
        <translation>Bezahlen</translation>
    </message>
    <message>
        <source>Cash given</source>
        <translation>Bar gegeben</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Rückgeld</translation>
    </message>
    <message>
        <source>Cash</source>
        <translation>Bar</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>That is not an amount. Enter a number such as 20 or 20.50.</source>
        <translation>Das ist kein Betrag. Geben Sie eine Zahl wie 20 oder 20,50 ein.</translation>
    </message>
    <message>
        <source>{amount} are missing.</source>
        <translation>{amount} fehlen.</translation>
    </message>
</context>
<context>
    <name>PictureChecks</name>
    <message>
        <source>Place</source>
        <translation>Standort</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source>Color</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Linien</translation>
    </message>
    <message>
        <source>as set up</source>
        <translation>wie zuvor</translation>
    </message>
    <message>
        <source>The camera stands where it stood when the counter was learned.</source>
        <translation>Die Kamera steht, wo sie beim Einlernen der Theke stand.</translation>
    </message>
    <message>
        <source>The light is as it was when the counter was learned.</source>
        <translation>Das Licht ist wie beim Einlernen der Theke.</translation>
    </message>
    <message>
        <source>in color</source>
        <translation>in Farbe</translation>
    </message>
    <message>
        <source>The camera gives a color picture.</source>
        <translation>Die Kamera liefert ein Farbbild.</translation>
    </message>
    <message>
        <source>sharp</source>
        <translation>scharf</translation>
    </message>
    <message>
        <source>Edges in the picture are sharp.</source>
        <translation>Kanten im Bild sind scharf.</translation>
    </message>
    <message>
        <source>straight</source>
        <translation>gerade</translation>
    </message>
    <message>
        <source>Straight edges look straight.</source>
        <translation>Gerade Kanten sehen gerade aus.</translation>
    </message>
    <message>
        <source>Too little of the learned counter is in sight. Clear the counter, or learn it anew.</source>
        <translation>Von der eingelernten Theke ist zu wenig zu sehen. Räumen Sie sie leer, oder lernen Sie sie neu ein.</translation>
    </message>
    <message>
        <source>The picture is too dark to tell. Switch a light on.</source>
        <translation>Das Bild ist zu dunkel, um es zu sagen. Schalten Sie ein Licht an.</translation>
    </message>
    <message>
        <source>There is no clear edge in sight. Put something printed on the counter.</source>
        <translation>Es ist keine deutliche Kante zu sehen. Legen Sie etwas Bedrucktes auf die Theke.</translation>
    </message>
    <message>
        <source>There are too few long edges in sight. Lay some rulers near the border.</source>
        <translation>Es sind zu wenige lange Kanten zu sehen. Legen Sie ein paar Lineale nahe an den Rand.</translation>
    </message>
    <message>
        <source>There is nothing to compare with yet. Clear the counter and press “Counter is empty”.</source>
        <translation>Es gibt noch nichts zum Vergleichen. Räumen Sie die Theke leer und drücken Sie „Theke ist leer“.</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>bewegt</translation>
    </message>
    <message>
        <source>The camera has moved, by {percent} % of the picture.</source>
        <translation>Die Kamera hat sich bewegt, um {percent} % des Bildes.</translation>
    </message>
    <message>
        <source>Turn it back; or clear the counter, press “Counter is empty” and check the region.</source>
        <translation>Drehen Sie sie zurück; oder räumen Sie die Theke leer, drücken Sie „Theke ist leer“ und prüfen Sie den Bereich.</translation>
    </message>
    <message>
        <source>darker</source>
        <translation>dunkler</translation>
    </message>
    <message>
        <source>The light has changed: {percent} % of what it was.</source>
        <translation>Das Licht hat sich geändert: {percent} % von zuvor.</translation>
    </message>
    <message>
        <source>Switch the lamp on; or clear the counter and press “Counter is empty”.</source>
        <translation>Schalten Sie die Lampe ein; oder räumen Sie die Theke leer und drücken Sie „Theke ist leer“.</translation>
    </message>
    <message>
        <source>brighter</source>
        <translation>heller</translation>
    </message>
    <message>
        <source>Keep the sun off the counter; or clear the counter and press “Counter is empty”.</source>
        <translation>Halten Sie die Sonne von der Theke ab; oder räumen Sie die Theke leer und drücken Sie „Theke ist leer“.</translation>
    </message>
    <message>
        <source>tinted</source>
        <translation>verfärbt</translation>
    </message>
    <message>
        <source>The color of the light has changed.</source>
        <translation>Die Farbe des Lichts hat sich geändert.</translation>
    </message>
    <message>
        <source>Light it as before; or clear the counter and press “Counter is empty”.</source>
        <translation>Beleuchten Sie sie wie zuvor; oder räumen Sie die Theke leer und drücken Sie „Theke ist leer“.</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>zu dunkel</translation>
    </message>
    <message>
        <source>The picture is too dark to recognize anything.</source>
        <translation>Das Bild ist zu dunkel, um etwas zu erkennen.</translation>
    </message>
    <message>
        <source>Take the cap off the lens, switch a light on, or raise the exposure.</source>
        <translation>Nehmen Sie die Kappe vom Objektiv, schalten Sie ein Licht an, oder erhöhen Sie die Belichtung.</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>zu hell</translation>
    </message>
    <message>
        <source>A large part of the picture is plain white.</source>
        <translation>Ein großer Teil des Bildes ist ganz weiß.</translation>
    </message>
    <message>
        <source>Dim or turn the lamp, or lower the exposure.</source>
        <translation>Dimmen oder drehen Sie die Lampe, oder verringern Sie die Belichtung.</translation>
    </message>
    <message>
        <source>no color</source>
        <translation>farblos</translation>
    </message>
    <message>
        <source>The picture is black and white, or infrared.</source>
        <translation>Das Bild ist schwarz-weiß oder infrarot.</translation>
    </message>
    <message>
        <source>Switch the camera&apos;s night mode off and a light on. Products need their colors.</source>
        <translation>Schalten Sie den Nachtmodus der Kamera aus und ein Licht an. Produkte brauchen ihre Farben.</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>unscharf</translation>
    </message>
    <message>
        <source>The picture is blurred.</source>
        <translation>Das Bild ist unscharf.</translation>
    </message>
    <message>
        <source>Wipe the lens, then focus on the counter and hold the focus.</source>
        <translation>Wischen Sie das Objektiv ab, stellen Sie auf die Theke scharf und halten Sie den Fokus fest.</translation>
    </message>
    <message>
        <source>bent</source>
        <translation>gebogen</translation>
    </message>
    <message>
        <source>Straight lines look bent, as through a fish-eye.</source>
        <translation>Gerade Linien sehen gebogen aus, wie durch ein Fischauge.</translation>
    </message>
    <message>
        <source>Use a camera with a usual lens, or choose a narrower field of view in its settings.</source>
        <translation>Nehmen Sie eine Kamera mit üblichem Objektiv, oder wählen Sie in ihren Einstellungen ein engeres Blickfeld.</translation>
    </message>
    <message>
        <source>cannot tell</source>
        <translation>nicht zu sagen</translation>
    </message>
    <message>
        <source>{check}: {state}</source>
        <translation>{check}: {state}</translation>
    </message>
</context>
<context>
    <name>PriceForm</name>
    <message>
        <source>Change the price</source>
        <translation>Preis ändern</translation>
    </message>
    <message>
        <source>New price</source>
        <translation>Neuer Preis</translation>
    </message>
    <message>
        <source>Damaged pack</source>
        <translation>Packung beschädigt</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>A changed price needs a reason, for example: damaged pack.</source>
        <translation>Ein geänderter Preis braucht einen Grund, zum Beispiel: Packung beschädigt.</translation>
    </message>
</context>
<context>
    <name>ProductEditor</name>
    <message>
        <source>Add shots</source>
        <translation>Nachlernen</translation>
    </message>
    <message>
        <source>archived, neither sold nor recognized</source>
        <translation>archiviert, weder verkauft noch erkannt</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>seit {day}</translation>
    </message>
    <message>
        <source>Sell again</source>
        <translation>Wieder verkaufen</translation>
    </message>
    <message>
        <source>{name} is saved</source>
        <translation>{name} ist gespeichert</translation>
    </message>
    <message>
        <source>{name} is sold and recognized again</source>
        <translation>{name} wird wieder verkauft und erkannt</translation>
    </message>
    <message>
        <source>{name} is archived</source>
        <translation>{name} ist archiviert</translation>
    </message>
</context>
<context>
    <name>ProductForm</name>
    <message>
        <source>by piece</source>
        <translation>Stück</translation>
    </message>
    <message>
        <source>by weight (kg)</source>
        <translation>Gewicht (kg)</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Price</source>
        <translation>&amp;Preis</translation>
    </message>
    <message>
        <source>&amp;VAT</source>
        <translation>&amp;MwSt.</translation>
    </message>
    <message>
        <source>&amp;Barcode</source>
        <translation>&amp;Barcode</translation>
    </message>
    <message>
        <source>S&amp;KU</source>
        <translation>&amp;Artikelnr.</translation>
    </message>
    <message>
        <source>Sol&amp;d</source>
        <translation>&amp;Verkauf nach</translation>
    </message>
    <message>
        <source>✓ read from the pack</source>
        <translation>✓ von der Packung gelesen</translation>
    </message>
    <message>
        <source>Type the name that is printed on receipts.</source>
        <translation>Geben Sie den Namen ein, der auf dem Bon steht.</translation>
    </message>
    <message>
        <source>“{text}” is not a tax.</source>
        <translation>„{text}“ ist kein Steuersatz.</translation>
    </message>
    <message>
        <source>Enter a percentage such as 9.</source>
        <translation>Geben Sie Prozent ein, zum Beispiel 19.</translation>
    </message>
</context>
<context>
    <name>ProductPanel</name>
    <message>
        <source>Existing…</source>
        <translation>Ergänzen …</translation>
    </message>
    <message>
        <source>Add shots to a product that is in the catalog already</source>
        <translation>Aufnahmen zu einem Produkt hinzufügen, das schon im Sortiment ist</translation>
    </message>
    <message>
        <source>Discard this enrollment</source>
        <translation>Dieses Anlernen verwerfen</translation>
    </message>
    <message>
        <source>The product to add shots to</source>
        <translation>Produkt für weitere Aufnahmen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Keep it anyway</source>
        <translation>Doch behalten</translation>
    </message>
    <message>
        <source>Own shots recognized</source>
        <translation>Eigene Aufnahmen erkannt</translation>
    </message>
    <message>
        <source>Enough?</source>
        <translation>Genug?</translation>
    </message>
    <message>
        <source>New product</source>
        <translation>Neu anlernen</translation>
    </message>
    <message>
        <source>More shots</source>
        <translation>Nachlernen</translation>
    </message>
    <message>
        <source>Shots · {kept} kept</source>
        <translation>Aufnahmen · {kept} behalten</translation>
    </message>
    <message>
        <source>, {left_out} left out</source>
        <translation>, {left_out} ausgelassen</translation>
    </message>
    <message>
        <source>{recognized} of {judged}</source>
        <translation>{recognized} von {judged}</translation>
    </message>
    <message>
        <source>Teaching…</source>
        <translation>Wird angelernt …</translation>
    </message>
</context>
<context>
    <name>ProductSearch</name>
    <message>
        <source>Products found</source>
        <translation>Gefundene Produkte</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>nichts gefunden</translation>
    </message>
</context>
<context>
    <name>ProductTable</name>
    <message>
        <source>Products</source>
        <translation>Produkte</translation>
    </message>
</context>
<context>
    <name>ProductTableModel</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>SKU</source>
        <translation>Art.-Nr.</translation>
    </message>
    <message>
        <source>Barcode</source>
        <translation>Barcode</translation>
    </message>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>Tax</source>
        <translation>MwSt.</translation>
    </message>
    <message>
        <source>References</source>
        <translation>Referenzen</translation>
    </message>
    <message>
        <source>{name} (archived)</source>
        <translation>{name} (archiviert)</translation>
    </message>
    <message>
        <source>{price} / kg</source>
        <translation>{price}/kg</translation>
    </message>
</context>
<context>
    <name>QuestionArea</name>
    <message>
        <source>This shop knows no products yet</source>
        <translation>Dieser Laden kennt noch keine Produkte</translation>
    </message>
    <message>
        <source>Try it with the demo shop, or teach it yours.</source>
        <translation>Probieren Sie den Demo-Laden, oder lernen Sie Ihre an.</translation>
    </message>
    <message>
        <source>Demo shop</source>
        <translation>Demo-Laden</translation>
    </message>
    <message>
        <source>Enroll</source>
        <translation>Anlernen</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Show me the empty counter</source>
        <translation>Zeigen Sie mir die leere Theke</translation>
    </message>
    <message>
        <source>Take everything off it, then press. Items are found by what has changed.</source>
        <translation>Räumen Sie alles ab, dann drücken Sie. Artikel werden an dem gefunden, was sich geändert hat.</translation>
    </message>
    <message>
        <source>It is empty now</source>
        <translation>Sie ist jetzt leer</translation>
    </message>
</context>
<context>
    <name>QuestionRow</name>
    <message>
        <source>Other…</source>
        <translation>Andere…</translation>
    </message>
    <message>
        <source>Scan its barcode</source>
        <translation>Barcode scannen</translation>
    </message>
    <message>
        <source>Enroll it now</source>
        <translation>Jetzt anlernen</translation>
    </message>
    <message>
        <source>No item</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Not an item</source>
        <translation>Kein Artikel</translation>
    </message>
    <message>
        <source>What is it?</source>
        <translation>Was ist es?</translation>
    </message>
    <message>
        <source>Say so if the name is wrong</source>
        <translation>Falls der Name falsch ist</translation>
    </message>
    <message>
        <source>Which one is it?</source>
        <translation>Welches ist es?</translation>
    </message>
    <message>
        <source>Not quite sure</source>
        <translation>Nicht ganz sicher</translation>
    </message>
    <message>
        <source>Two look alike</source>
        <translation>Zwei sind ähnlich</translation>
    </message>
    <message>
        <source>These look alike</source>
        <translation>Diese sind ähnlich</translation>
    </message>
    <message>
        <source>I don&apos;t know this</source>
        <translation>Das kenne ich nicht</translation>
    </message>
    <message>
        <source>Nothing comes close</source>
        <translation>Nichts ist ähnlich</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>, {count} waiting</source>
        <translation>, {count} warten</translation>
    </message>
    <message>
        <source>, {count} warnings</source>
        <translation>, {count} Warnungen</translation>
    </message>
</context>
<context>
    <name>ReasonForm</name>
    <message>
        <source>Or in your words</source>
        <translation>Oder in Ihren Worten</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>Belief in each product</source>
        <translation>Wie sicher bei jedem Produkt</translation>
    </message>
    <message>
        <source>References that voted</source>
        <translation>Referenzen, die gestimmt haben</translation>
    </message>
    <message>
        <source>{name} (no longer in use)</source>
        <translation>{name} (nicht mehr in Gebrauch)</translation>
    </message>
    <message>
        <source>No reference came close.</source>
        <translation>Keine Referenz war ähnlich.</translation>
    </message>
    <message>
        <source>There was no second product to compare with.</source>
        <translation>Es gab kein zweites Produkt zum Vergleichen.</translation>
    </message>
    <message>
        <source>The first is {lead} points ahead of the second.</source>
        <translation>Das erste liegt {lead} Punkte vor dem zweiten.</translation>
    </message>
</context>
<context>
    <name>ReceiptView</name>
    <message>
        <source>Receipt</source>
        <translation>Kassenbon</translation>
    </message>
    <message>
        <source>New sale</source>
        <translation>Neuer Bon</translation>
    </message>
    <message>
        <source>Sale {number} is paid</source>
        <translation>Bon {number} ist bezahlt</translation>
    </message>
    <message>
        <source>Change {amount}</source>
        <translation>Rückgeld {amount}</translation>
    </message>
    <message>
        <source>Paid by card</source>
        <translation>Mit Karte bezahlt</translation>
    </message>
</context>
<context>
    <name>RecordButton</name>
    <message>
        <source>Hold to record shots, tap for one</source>
        <translation>Halten für viele Aufnahmen, tippen für eine</translation>
    </message>
    <message>
        <source>Recording: turn it slowly</source>
        <translation>Aufnahme: langsam drehen</translation>
    </message>
    <message>
        <source>Hold</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>and turn it slowly</source>
        <translation>halten und langsam drehen</translation>
    </message>
</context>
<context>
    <name>ReferencePanel</name>
    <message>
        <source>References</source>
        <translation>Referenzen</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Gebrauch</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Abgelegt</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Move to…</source>
        <translation>Verschieben …</translation>
    </message>
    <message>
        <source>The product they belong to</source>
        <translation>Produkt, zu dem sie gehören</translation>
    </message>
    <message>
        <source>enrolled</source>
        <translation>angelernt</translation>
    </message>
    <message>
        <source>imported</source>
        <translation>importiert</translation>
    </message>
    <message>
        <source>from a correction</source>
        <translation>aus einer Korrektur</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>Wieder nutzen</translation>
    </message>
    <message>
        <source>No references yet: it cannot be recognized.</source>
        <translation>Noch keine Referenzen: Es kann nicht erkannt werden.</translation>
    </message>
    <message>
        <source>Nothing is set aside.</source>
        <translation>Nichts ist abgelegt.</translation>
    </message>
    <message>
        <source>{count} chosen</source>
        <translation>{count} gewählt</translation>
    </message>
    <message>
        <source>{count} references set aside</source>
        <translation>{count} Referenzen abgelegt</translation>
    </message>
    <message>
        <source>{count} references in use again</source>
        <translation>{count} Referenzen wieder in Gebrauch</translation>
    </message>
    <message>
        <source>{count} references moved to {name}</source>
        <translation>{count} Referenzen nach {name} verschoben</translation>
    </message>
</context>
<context>
    <name>RegionCard</name>
    <message>
        <source>Draw region</source>
        <translation>Neuer Bereich</translation>
    </message>
    <message>
        <source>Whole picture</source>
        <translation>Ganzes Bild</translation>
    </message>
    <message>
        <source>Close region</source>
        <translation>Bereich schließen</translation>
    </message>
    <message>
        <source>Corner</source>
        <translation>Ecke</translation>
    </message>
    <message>
        <source>Ins</source>
        <translation>Einfg</translation>
    </message>
    <message>
        <source>Add corner</source>
        <translation>Ecke hinzufügen</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Entf</translation>
    </message>
    <message>
        <source>Remove corner</source>
        <translation>Ecke entfernen</translation>
    </message>
    <message>
        <source>Ignored border</source>
        <translation>Ignorierter Rand</translation>
    </message>
    <message>
        <source>Where items lie</source>
        <translation>Wo Artikel liegen</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Press the corners of the counter, or move the cross with the arrow keys and press Space.</source>
        <translation>Drücken Sie auf die Ecken der Theke, oder bewegen Sie das Kreuz mit den Pfeiltasten und drücken Sie die Leertaste.</translation>
    </message>
    <message>
        <source>{count} corners. Enter closes the region, Backspace takes the last one back.</source>
        <translation>{count} Ecken. Enter schließt den Bereich, die Rücktaste nimmt die letzte zurück.</translation>
    </message>
    <message>
        <source>Items are looked for in the bright part. Drag a handle; or press Space and use the arrows.</source>
        <translation>Artikel werden im hellen Teil gesucht. Ziehen Sie einen Griff; oder drücken Sie die Leertaste und nehmen Sie die Pfeile.</translation>
    </message>
    <message>
        <source>Corner {number} of {count} at {x} %, {y} %. Arrow keys move it, Space goes on.</source>
        <translation>Ecke {number} von {count} bei {x} %, {y} %. Pfeiltasten bewegen sie, die Leertaste geht weiter.</translation>
    </message>
    <message>
        <source>Ignored border: {percent} %. Arrow keys change it, Space goes on.</source>
        <translation>Ignorierter Rand: {percent} %. Pfeiltasten ändern ihn, die Leertaste geht weiter.</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Doubtful first</source>
        <translation>Zweifelhafte</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannte</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>Korrigierte</translation>
    </message>
    <message>
        <source>All today</source>
        <translation>Alle heute</translation>
    </message>
    <message>
        <source>Search products</source>
        <translation>Produkte suchen</translation>
    </message>
    <message>
        <source>Nothing to review</source>
        <translation>Nichts zu prüfen</translation>
    </message>
    <message>
        <source>Every item was recognized with certainty, or judged already.</source>
        <translation>Jeder Artikel wurde sicher erkannt oder schon beurteilt.</translation>
    </message>
    <message>
        <source>No unknown items</source>
        <translation>Keine unbekannten Artikel</translation>
    </message>
    <message>
        <source>Everything on the counter got a name.</source>
        <translation>Alles auf der Theke bekam einen Namen.</translation>
    </message>
    <message>
        <source>Nothing was corrected today</source>
        <translation>Heute wurde nichts korrigiert</translation>
    </message>
    <message>
        <source>Nothing was recognized today</source>
        <translation>Heute wurde nichts erkannt</translation>
    </message>
    <message>
        <source>Items appear here when they are sold.</source>
        <translation>Artikel erscheinen hier, wenn sie verkauft werden.</translation>
    </message>
    <message>
        <source>Your last correction helped:</source>
        <translation>Ihre letzte Korrektur hat geholfen:</translation>
    </message>
    <message>
        <source>Noted for {count}:</source>
        <translation>Vermerkt für {count}:</translation>
    </message>
    <message>
        <source>no other item changed.</source>
        <translation>kein anderer Artikel hat sich geändert.</translation>
    </message>
    <message>
        <source>{changed} other items changed.</source>
        <translation>{changed} andere Artikel haben sich geändert.</translation>
    </message>
    <message>
        <source>{changed} other items changed, {towards} towards your label.</source>
        <translation>{changed} andere Artikel haben sich geändert, {towards} davon zu Ihrem Namen.</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>Taken back for {count}.</source>
        <translation>Zurückgenommen für {count}.</translation>
    </message>
</context>
<context>
    <name>Running</name>
    <message>
        <source>The shop cannot be opened.</source>
        <translation>Der Laden lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>{error} The log file has the details: {log}</source>
        <translation>{error} Einzelheiten stehen in der Protokolldatei: {log}</translation>
    </message>
    <message>
        <source>Something went wrong inside Tillsight.</source>
        <translation>In Tillsight ist etwas schiefgegangen.</translation>
    </message>
    <message>
        <source>Your sale is kept and you can go on. The details are in {log}.</source>
        <translation>Ihr Bon bleibt erhalten, und Sie können weiterarbeiten. Einzelheiten stehen in {log}.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Finding items</source>
        <translation>Artikel finden</translation>
    </message>
    <message>
        <source>Naming items</source>
        <translation>Artikel benennen</translation>
    </message>
    <message>
        <source>Checkout</source>
        <translation>Kasse</translation>
    </message>
    <message>
        <source>Enrolling</source>
        <translation>Anlernen</translation>
    </message>
    <message>
        <source>Shop</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Change against the empty counter</source>
        <translation>Vergleich mit der leeren Theke</translation>
    </message>
    <message>
        <source>A detector model</source>
        <translation>Detektormodell</translation>
    </message>
    <message>
        <source>Both together</source>
        <translation>Beides zusammen</translation>
    </message>
    <message>
        <source>The fastest present</source>
        <translation>Die schnellste vorhandene</translation>
    </message>
    <message>
        <source>All together on the counter</source>
        <translation>Alle zusammen auf der Theke</translation>
    </message>
    <message>
        <source>One after another on a belt</source>
        <translation>Nacheinander auf einem Band</translation>
    </message>
    <message>
        <source>Like the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Enter the three capital letters of a currency, such as EUR.</source>
        <translation>Geben Sie die drei Großbuchstaben einer Währung ein, zum Beispiel EUR.</translation>
    </message>
    <message>
        <source>Where pictures come from.</source>
        <translation>Woher die Bilder kommen.</translation>
    </message>
    <message>
        <source>auto (first USB camera, else the demo shop), usb:0, csi:0, gst:…, rtsp://…, file:…, folder:…, demo:</source>
        <translation>auto (erste USB-Kamera, sonst Demo-Laden), usb:0, csi:0, gst:…, rtsp://…, file:…, folder:…, demo:</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Pixels asked from the camera.</source>
        <translation>Pixel, die von der Kamera verlangt werden.</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>Höhe</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Bildrate</translation>
    </message>
    <message>
        <source>Frames a second asked from the camera.</source>
        <translation>Bilder je Sekunde, die von der Kamera verlangt werden.</translation>
    </message>
    <message>
        <source>Hold exposure</source>
        <translation>Belichtung festhalten</translation>
    </message>
    <message>
        <source>Keep the exposure at a value instead of leaving it to the camera (USB cameras that allow it).</source>
        <translation>Die Belichtung bei einem Wert halten, statt sie der Kamera zu überlassen (USB-Kameras, die das erlauben).</translation>
    </message>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>The value to hold, in the camera&apos;s own units; -1: what it has when it is opened.</source>
        <translation>Der Wert zum Festhalten, in den Einheiten der Kamera; -1: was sie beim Öffnen hat.</translation>
    </message>
    <message>
        <source>Hold focus</source>
        <translation>Fokus festhalten</translation>
    </message>
    <message>
        <source>Keep the focus at a value instead of leaving it to the camera (USB cameras that allow it).</source>
        <translation>Den Fokus bei einem Wert halten, statt ihn der Kamera zu überlassen (USB-Kameras, die das erlauben).</translation>
    </message>
    <message>
        <source>Focus</source>
        <translation>Fokus</translation>
    </message>
    <message>
        <source>How items are found on the counter.</source>
        <translation>Wie Artikel auf der Theke gefunden werden.</translation>
    </message>
    <message>
        <source>Find items by</source>
        <translation>Artikel finden durch</translation>
    </message>
    <message>
        <source>Detector card</source>
        <translation>Detektorkarte</translation>
    </message>
    <message>
        <source>Detector score</source>
        <translation>Detektorwert</translation>
    </message>
    <message>
        <source>change: difference from the learned empty counter (fixed camera); network: a detector model; both: each sees what the other misses (fixed camera).</source>
        <translation>Vergleich: Unterschied zur eingelernten leeren Theke (feste Kamera); Modell: ein Netz, das Artikel findet; beides: jedes sieht, was dem anderen entgeht (feste Kamera).</translation>
    </message>
    <message>
        <source>Name or path of a detector&apos;s model card (for network and both).</source>
        <translation>Name oder Pfad der Modellkarte eines Detektors (für Modell und beides).</translation>
    </message>
    <message>
        <source>Boxes below this score are dropped (for network and both).</source>
        <translation>Rahmen unter diesem Wert entfallen (für Modell und beides).</translation>
    </message>
    <message>
        <source>Largest overlap</source>
        <translation>Größte Überlappung</translation>
    </message>
    <message>
        <source>Of two boxes overlapping more, one stays (NMS IoU).</source>
        <translation>Überlappen zwei Rahmen mehr, bleibt einer (NMS IoU).</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>How small a change counts as an item (for change).</source>
        <translation>Wie klein ein Unterschied sein darf, um als Artikel zu zählen (für Vergleich).</translation>
    </message>
    <message>
        <source>Smallest item</source>
        <translation>Kleinster Artikel</translation>
    </message>
    <message>
        <source>Share of the picture&apos;s area; smaller is noise.</source>
        <translation>Anteil an der Bildfläche; kleiner ist Rauschen.</translation>
    </message>
    <message>
        <source>Ignored border</source>
        <translation>Ignorierter Rand</translation>
    </message>
    <message>
        <source>Share of width and height at every edge to ignore.</source>
        <translation>Anteil von Breite und Höhe, der an jedem Rand ignoriert wird.</translation>
    </message>
    <message>
        <source>Counter region</source>
        <translation>Thekenbereich</translation>
    </message>
    <message>
        <source>Polygon in fractions of the picture; empty: the whole picture.</source>
        <translation>Vieleck in Bruchteilen des Bildes; leer: das ganze Bild.</translation>
    </message>
    <message>
        <source>How items get their names.</source>
        <translation>Wie Artikel zu ihren Namen kommen.</translation>
    </message>
    <message>
        <source>Embedder card</source>
        <translation>Embedderkarte</translation>
    </message>
    <message>
        <source>Name or path of the embedder&apos;s model card.</source>
        <translation>Name oder Pfad der Modellkarte des Embedders.</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Laufzeitumgebung</translation>
    </message>
    <message>
        <source>The engine that runs the models; auto measures which is fastest.</source>
        <translation>Was die Modelle rechnet; auto misst, womit es am schnellsten geht.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Threads of the engine; 0: all cores but one.</source>
        <translation>Threads für die Berechnung; 0: alle Kerne bis auf einen.</translation>
    </message>
    <message>
        <source>False names</source>
        <translation>Falsche Namen</translation>
    </message>
    <message>
        <source>Share of items that are not enrolled which may still get a name.</source>
        <translation>Anteil nicht angelernter Artikel, die trotzdem einen Namen bekommen dürfen.</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>How much the classes of an embedder that has some count beside your references; 0: not at all.</source>
        <translation>Wie viel die Klassen eines Embedders, der welche kennt, neben Ihren Referenzen zählen; 0: gar nicht.</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>Blicke</translation>
    </message>
    <message>
        <source>Agreeing looks before an item is named.</source>
        <translation>Übereinstimmende Blicke, bevor ein Artikel einen Namen bekommt.</translation>
    </message>
    <message>
        <source>How a sale runs.</source>
        <translation>Wie ein Verkauf abläuft.</translation>
    </message>
    <message>
        <source>Items come</source>
        <translation>Artikel kommen</translation>
    </message>
    <message>
        <source>place: all items lie on the counter together; belt: one after another under the camera.</source>
        <translation>Theke: alle Artikel liegen zusammen da; Band: einer nach dem anderen unter der Kamera.</translation>
    </message>
    <message>
        <source>Ask when in doubt</source>
        <translation>Im Zweifel fragen</translation>
    </message>
    <message>
        <source>Offer the top three for a doubtful item.</source>
        <translation>Bei einem zweifelhaften Artikel die besten drei anbieten.</translation>
    </message>
    <message>
        <source>Keep pictures</source>
        <translation>Bilder behalten</translation>
    </message>
    <message>
        <source>Days that pictures of recognized items are kept.</source>
        <translation>Tage, die Bilder erkannter Artikel behalten werden.</translation>
    </message>
    <message>
        <source>How a new product is taught.</source>
        <translation>Wie ein neues Produkt angelernt wird.</translation>
    </message>
    <message>
        <source>Fewest shots</source>
        <translation>Wenigste Aufnahmen</translation>
    </message>
    <message>
        <source>Shots that count as enough.</source>
        <translation>Aufnahmen, die als genug gelten.</translation>
    </message>
    <message>
        <source>Most shots</source>
        <translation>Meiste Aufnahmen</translation>
    </message>
    <message>
        <source>No more shots are taken after these.</source>
        <translation>Danach werden keine Aufnahmen mehr gemacht.</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>Milliseconds between shots while the key is held.</source>
        <translation>Millisekunden zwischen Aufnahmen, während die Taste gehalten wird.</translation>
    </message>
    <message>
        <source>The shop&apos;s own words and money.</source>
        <translation>Worte und Geld des Ladens.</translation>
    </message>
    <message>
        <source>Shop name</source>
        <translation>Name des Ladens</translation>
    </message>
    <message>
        <source>Printed on receipts.</source>
        <translation>Steht auf Kassenbons.</translation>
    </message>
    <message>
        <source>Counter</source>
        <translation>Kassenplatz</translation>
    </message>
    <message>
        <source>Shown in the status line.</source>
        <translation>Steht in der Statuszeile.</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>Kassierer</translation>
    </message>
    <message>
        <source>Written beside every sale and correction.</source>
        <translation>Steht bei jedem Bon und jeder Korrektur.</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <source>ISO 4217 code.</source>
        <translation>Kürzel nach ISO 4217.</translation>
    </message>
    <message>
        <source>Usual tax</source>
        <translation>Üblicher Steuersatz</translation>
    </message>
    <message>
        <source>Percent, included in prices; new products start with it.</source>
        <translation>Prozent, in Preisen enthalten; neue Produkte beginnen damit.</translation>
    </message>
    <message>
        <source>How the window looks.</source>
        <translation>Wie das Fenster aussieht.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Light, dark or the desktop&apos;s.</source>
        <translation>Hell, dunkel oder wie der Desktop.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Language of the window.</source>
        <translation>Sprache des Fensters.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Applying…</source>
        <translation>Wird angewendet …</translation>
    </message>
    <message>
        <source>The language changes with the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
    </message>
    <message>
        <source>✓ Saved</source>
        <translation>✓ Gespeichert</translation>
    </message>
</context>
<context>
    <name>ShotGrid</name>
    <message>
        <source>Shots</source>
        <translation>Aufnahmen</translation>
    </message>
    <message>
        <source>shot {number}</source>
        <translation>Aufnahme {number}</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Live picture; the arrow keys and Enter choose another item</source>
        <translation>Livebild; Pfeiltasten und Enter wählen einen anderen Artikel</translation>
    </message>
    <message>
        <source>Put the item here</source>
        <translation>Artikel hierher legen</translation>
    </message>
</context>
<context>
    <name>StartingPage</name>
    <message>
        <source>The shop is being opened.</source>
        <translation>Der Laden wird geöffnet.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Close Tillsight</source>
        <translation>Tillsight schließen</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Einen Moment</translation>
    </message>
    <message>
        <source>The basket opens with the shop.</source>
        <translation>Der Warenkorb erscheint, sobald der Laden offen ist.</translation>
    </message>
</context>
<context>
    <name>Station</name>
    <message>
        <source>Starting</source>
        <translation>Wird gestartet</translation>
    </message>
    <message>
        <source>Opening the catalog</source>
        <translation>Sortiment wird geöffnet</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Opening the index</source>
        <translation>Suchindex wird geöffnet</translation>
    </message>
    <message>
        <source>Getting ready to find items</source>
        <translation>Artikelsuche wird vorbereitet</translation>
    </message>
    <message>
        <source>Learning the references again</source>
        <translation>Referenzen werden neu gelernt</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>State of the station</source>
        <translation>Zustand der Kasse</translation>
    </message>
    <message>
        <source>{fps} fps shown · label in {ms} ms</source>
        <translation>{fps} Bilder/s · Name nach {ms} ms</translation>
    </message>
    <message>
        <source>{products} products · {references} references</source>
        <translation>{products} Produkte · {references} Referenzen</translation>
    </message>
    <message>
        <source>{warning} and {count} more</source>
        <translation>{warning} und {count} weitere</translation>
    </message>
    <message>
        <source>Demo shop: a drawn counter</source>
        <translation>Demo-Laden: eine gezeichnete Theke</translation>
    </message>
    <message>
        <source>opening…</source>
        <translation>wird geöffnet …</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>weg</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>zu Ende</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
</context>
<context>
    <name>Switch</name>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
</context>
<context>
    <name>Till</name>
    <message>
        <source>Scan the item&apos;s barcode now.</source>
        <translation>Scannen Sie jetzt den Barcode des Artikels.</translation>
    </message>
    <message>
        <source>The sale is being paid.</source>
        <translation>Der Bon wird gerade bezahlt.</translation>
    </message>
    <message>
        <source>Press Esc to go on selling, then scan again.</source>
        <translation>Esc kehrt zum Verkauf zurück; scannen Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>Look up</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>What is it?</source>
        <translation>Was ist es?</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>Why is sale {number} over {amount} called off? It is kept as void.</source>
        <translation>Warum wird Bon {number} über {amount} storniert? Er bleibt als Storno erhalten.</translation>
    </message>
</context>
<context>
    <name>VerdictPanel</name>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Choose an item</source>
        <translation>Einen Artikel wählen</translation>
    </message>
    <message>
        <source>Several at a time with Ctrl or Shift.</source>
        <translation>Mehrere auf einmal mit Strg oder Umschalt.</translation>
    </message>
    <message>
        <source>It is…</source>
        <translation>Es ist …</translation>
    </message>
    <message>
        <source>&amp;Keep as references</source>
        <translation>Als Referenzen &amp;behalten</translation>
    </message>
    <message>
        <source>Keep as references</source>
        <translation>Als Referenzen behalten</translation>
    </message>
    <message>
        <source>The crops become references of the product, so that it is known better.</source>
        <translation>Die Ausschnitte werden Referenzen des Produkts, damit es besser erkannt wird.</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 Artikel</translation>
    </message>
    <message>
        <source>{count} selected</source>
        <translation>{count} gewählt</translation>
    </message>
    <message>
        <source>The chosen item</source>
        <translation>Der gewählte Artikel</translation>
    </message>
    <message>
        <source>said {count} different names</source>
        <translation>{count} verschiedene Namen</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source>no name, {scores}</source>
        <translation>kein Name, {scores}</translation>
    </message>
    <message>
        <source>said “{name}”, {scores}</source>
        <translation>erkannt als „{name}“, {scores}</translation>
    </message>
    <message>
        <source>Nothing comes close. Press / to find the product by its name.</source>
        <translation>Nichts ist ähnlich. Mit / finden Sie das Produkt nach seinem Namen.</translation>
    </message>
</context>
<context>
    <name>WeightForm</name>
    <message>
        <source>Weight in grams</source>
        <translation>Gewicht in Gramm</translation>
    </message>
    <message>
        <source>Sell</source>
        <translation>Verkaufen</translation>
    </message>
    <message>
        <source>{price} a kilogram. How much is it?</source>
        <translation>{price} je Kilogramm. Wie viel ist es?</translation>
    </message>
    <message>
        <source>Enter whole grams, for example 350.</source>
        <translation>Geben Sie ganze Gramm ein, zum Beispiel 350.</translation>
    </message>
</context>
<context>
    <name>_DarkPicture</name>
    <message>
        <source>Getting ready</source>
        <translation>Wird vorbereitet</translation>
    </message>
</context>
<context>
    <name>_LearnedPicture</name>
    <message>
        <source>Learned picture of the empty counter</source>
        <translation>Eingelerntes Bild der leeren Theke</translation>
    </message>
</context>
</TS>
