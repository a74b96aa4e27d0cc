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
        <translation>Entfernen</translation>
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
        <source>given away</source>
        <translation>verschenkt</translation>
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
        <source>recognized as another product</source>
        <translation>als anderes Produkt erkannt</translation>
    </message>
    <message>
        <source>the same item</source>
        <translation>derselbe Artikel</translation>
    </message>
    <message>
        <source>not an item</source>
        <translation>kein Artikel</translation>
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
        <translation>Belichtung und Fokus dieser Quelle lassen sich hier nicht einstellen; eine Kamera kann es vielleicht in ihrem Menü.</translation>
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
        <source>{products} with {references} imported</source>
        <translation>{products} mit {references} importiert</translation>
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
        <source>The demo shop is open. It knows {products}.</source>
        <translation>Der Demo-Laden ist offen. Er kennt {products}.</translation>
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
    <name>Core</name>
    <message>
        <source>%1 builds for the card in this machine only.</source>
        <translation>%1 baut nur für die Karte in diesem Rechner.</translation>
    </message>
    <message>
        <source>%1 came up, but computes no part of the model on the card.</source>
        <translation>%1 ist gestartet, rechnet aber keinen Teil des Modells auf der Karte.</translation>
    </message>
    <message>
        <source>%1 cannot be used: the installed ONNX Runtime is the one for processors.</source>
        <translation>%1 lässt sich nicht benutzen: Die installierte ONNX Runtime ist die für Prozessoren.</translation>
    </message>
    <message>
        <source>%1 cannot build an engine of %2: %3.</source>
        <translation>%1 kann aus %2 keine Engine bauen: %3.</translation>
    </message>
    <message>
        <source>%1 cannot build an engine of %2: the graphics card has too little free memory.</source>
        <translation>%1 kann aus %2 keine Engine bauen: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>%1 cannot have this price.</source>
        <translation>%1 kann diesen Preis nicht haben.</translation>
    </message>
    <message>
        <source>%1 cannot have this tax.</source>
        <translation>%1 kann diesen Steuersatz nicht haben.</translation>
    </message>
    <message>
        <source>%1 cannot read %2 at node %3, &apos;%4&apos; (%5): %6.</source>
        <translation>%1 kann %2 bei Knoten %3, „%4“ (%5), nicht lesen: %6.</translation>
    </message>
    <message>
        <source>%1 cannot read %2: %3.</source>
        <translation>%1 kann %2 nicht lesen: %3.</translation>
    </message>
    <message>
        <source>%1 cannot read %2: the graphics card has too little free memory.</source>
        <translation>%1 kann %2 nicht lesen: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>%1 computes something else than the processor (cosine %2).</source>
        <translation>%1 rechnet etwas anderes als der Prozessor (Kosinus %2).</translation>
    </message>
    <message>
        <source>%1 did not come up: %2.</source>
        <translation>%1 ist nicht gestartet: %2.</translation>
    </message>
    <message>
        <source>%1 did not come up: %2: libraries not found.</source>
        <translation>%1 ist nicht gestartet: Die Bibliotheken %2 wurden nicht gefunden.</translation>
    </message>
    <message>
        <source>%1 did not come up: %2: library not found.</source>
        <translation>%1 ist nicht gestartet: Die Bibliothek %2 wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>%1 did not come up: CUDA sees no card.</source>
        <translation>%1 ist nicht gestartet: CUDA sieht keine Karte.</translation>
    </message>
    <message>
        <source>%1 did not come up: the driver %2 is too old for it.</source>
        <translation>%1 ist nicht gestartet: Der Treiber %2 ist dafür zu alt.</translation>
    </message>
    <message>
        <source>%1 did not come up: the driver is too old for it.</source>
        <translation>%1 ist nicht gestartet: Der Treiber ist dafür zu alt.</translation>
    </message>
    <message>
        <source>%1 did not come up: the driver&apos;s own library libcuda.so.1 is not found.</source>
        <translation>%1 ist nicht gestartet: Die Bibliothek libcuda.so.1 des Treibers wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>%1 did not come up: the memory of the card is full.</source>
        <translation>%1 ist nicht gestartet: Der Speicher der Karte ist voll.</translation>
    </message>
    <message>
        <source>%1 does not start (%2): %3.</source>
        <translation>%1 startet nicht (%2): %3.</translation>
    </message>
    <message>
        <source>%1 does not start (%2): the graphics card has too little free memory.</source>
        <translation>%1 startet nicht (%2): Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>%1 does not start: %2.</source>
        <translation>%1 startet nicht: %2.</translation>
    </message>
    <message>
        <source>%1 does not start: the graphics card has too little free memory.</source>
        <translation>%1 startet nicht: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>%1 does not support cards of compute capability %2.</source>
        <translation>%1 unterstützt keine Karten mit der Compute Capability %2.</translation>
    </message>
    <message>
        <source>%1 is a folder, not a clip.</source>
        <translation>%1 ist ein Ordner, kein Video.</translation>
    </message>
    <message>
        <source>%1 is installed, but does not load: %2.</source>
        <translation>%1 ist installiert, lässt sich aber nicht laden: %2.</translation>
    </message>
    <message>
        <source>%1 is not a camera.</source>
        <translation>%1 ist keine Kamera.</translation>
    </message>
    <message>
        <source>%1 is not a quantity that can be sold.</source>
        <translation>%1 ist keine Menge, die sich verkaufen lässt.</translation>
    </message>
    <message>
        <source>%1 is not an address of the demo shop.</source>
        <translation>%1 ist keine Adresse des Demo-Ladens.</translation>
    </message>
    <message>
        <source>%1 is not installed.</source>
        <translation>%1 ist nicht installiert.</translation>
    </message>
    <message>
        <source>%1 is not on sale.</source>
        <translation>%1 wird nicht verkauft.</translation>
    </message>
    <message>
        <source>%1 is one of %2, not “%3”.</source>
        <translation>%1 ist eines von %2, nicht „%3“.</translation>
    </message>
    <message>
        <source>%1 needs a group of settings, not “%2”.</source>
        <translation>%1 braucht eine Gruppe von Optionen, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 needs a list of points, not “%2”.</source>
        <translation>%1 braucht eine Liste von Punkten, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 needs a number from %2 to %3, not “%4”.</source>
        <translation>%1 braucht eine Zahl von %2 bis %3, nicht „%4“.</translation>
    </message>
    <message>
        <source>%1 needs a text of at most %2 characters, not “%3”.</source>
        <translation>%1 braucht einen Text von höchstens %2 Zeichen, nicht „%3“.</translation>
    </message>
    <message>
        <source>%1 needs a text, not “%2”.</source>
        <translation>%1 braucht einen Text, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 needs a whole number from %2 to %3, not “%4”.</source>
        <translation>%1 braucht eine ganze Zahl von %2 bis %3, nicht „%4“.</translation>
    </message>
    <message>
        <source>%1 needs a whole number, not “%2”.</source>
        <translation>%1 braucht eine ganze Zahl, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 needs an NVIDIA graphics card, and there is none, or its driver is not loaded.</source>
        <translation>%1 braucht eine Grafikkarte von NVIDIA, und es gibt keine, oder ihr Treiber ist nicht geladen.</translation>
    </message>
    <message>
        <source>%1 needs three capital letters, such as EUR, not “%2”.</source>
        <translation>%1 braucht drei Großbuchstaben wie EUR, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 needs yes or no, not “%2”.</source>
        <translation>%1 braucht „yes“ oder „no“, nicht „%2“.</translation>
    </message>
    <message>
        <source>%1 of the chosen items are no longer kept.</source>
        <translation>%1 der gewählten Artikel sind nicht mehr gespeichert.</translation>
    </message>
    <message>
        <source>%1 was voided.</source>
        <translation>%1 wurde storniert.</translation>
    </message>
    <message>
        <source>%1: Extra inputs are not permitted.</source>
        <translation>%1: Diese Angabe ist nicht vorgesehen.</translation>
    </message>
    <message>
        <source>%1: Field required.</source>
        <translation>%1: Diese Angabe fehlt.</translation>
    </message>
    <message>
        <source>%1: Input should be %2.</source>
        <translation>%1: Erlaubt ist nur %2.</translation>
    </message>
    <message>
        <source>%1: Input should be a finite number.</source>
        <translation>%1: Der Wert muss eine endliche Zahl sein.</translation>
    </message>
    <message>
        <source>%1: Input should be a valid boolean, unable to interpret input.</source>
        <translation>%1: Der Wert muss true oder false sein.</translation>
    </message>
    <message>
        <source>%1: Input should be a valid integer, got a number with a fractional part.</source>
        <translation>%1: Der Wert muss eine ganze Zahl sein, ohne Nachkommastellen.</translation>
    </message>
    <message>
        <source>%1: Input should be a valid integer, unable to parse string as an integer.</source>
        <translation>%1: Der Wert muss eine ganze Zahl sein.</translation>
    </message>
    <message>
        <source>%1: Input should be a valid number, unable to parse string as a number.</source>
        <translation>%1: Der Wert muss eine Zahl sein.</translation>
    </message>
    <message>
        <source>%1: Input should be a valid string.</source>
        <translation>%1: Der Wert muss ein Text sein.</translation>
    </message>
    <message>
        <source>%1: Input should be greater than %2.</source>
        <translation>%1: Der Wert muss größer als %2 sein.</translation>
    </message>
    <message>
        <source>%1: Input should be greater than or equal to %2.</source>
        <translation>%1: Der Wert darf nicht kleiner als %2 sein.</translation>
    </message>
    <message>
        <source>%1: Input should be less than %2.</source>
        <translation>%1: Der Wert muss kleiner als %2 sein.</translation>
    </message>
    <message>
        <source>%1: Input should be less than or equal to %2.</source>
        <translation>%1: Der Wert darf nicht größer als %2 sein.</translation>
    </message>
    <message>
        <source>%1: String should have at least %2 characters.</source>
        <translation>%1: Der Text muss mindestens %2 Zeichen haben.</translation>
    </message>
    <message>
        <source>%1: String should have at most %2 characters.</source>
        <translation>%1: Der Text darf höchstens %2 Zeichen haben.</translation>
    </message>
    <message>
        <source>%1: String should match pattern &apos;%2&apos;.</source>
        <translation>%1: Der Text muss dem Muster „%2“ entsprechen.</translation>
    </message>
    <message>
        <source>%1: Value error, %2.</source>
        <translation>%1: Ungültiger Wert, %2.</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is not the name of a model card.</source>
        <translation>„%1“ ist nicht der Name einer Modellkarte.</translation>
    </message>
    <message>
        <source>1 of the chosen items is no longer kept.</source>
        <translation>1 der gewählten Artikel ist nicht mehr gespeichert.</translation>
    </message>
    <message>
        <source>A changed price needs a reason.</source>
        <translation>Ein geänderter Preis braucht einen Grund.</translation>
    </message>
    <message>
        <source>A picture cannot be written to %1 (%2).</source>
        <translation>Nach %1 lässt sich kein Bild schreiben (%2).</translation>
    </message>
    <message>
        <source>A price cannot be below zero.</source>
        <translation>Ein Preis kann nicht unter null liegen.</translation>
    </message>
    <message>
        <source>A product needs a name.</source>
        <translation>Ein Produkt braucht einen Namen.</translation>
    </message>
    <message>
        <source>A stored vector has %1 bytes where %2×%3 numbers were expected.</source>
        <translation>Ein gespeicherter Vektor hat %1 Bytes, erwartet wurden %2×%3 Zahlen.</translation>
    </message>
    <message>
        <source>A void sale needs a reason.</source>
        <translation>Ein stornierter Bon braucht einen Grund.</translation>
    </message>
    <message>
        <source>Add yourself to the group “video” and log in again.</source>
        <translation>Nehmen Sie sich in die Gruppe „video“ auf und melden Sie sich neu an.</translation>
    </message>
    <message>
        <source>An item without a name cannot be right.</source>
        <translation>Ein Artikel ohne Namen kann nicht stimmen.</translation>
    </message>
    <message>
        <source>Another enrollment is not finished.</source>
        <translation>Ein anderes Anlernen ist noch nicht fertig.</translation>
    </message>
    <message>
        <source>Begin a new one.</source>
        <translation>Beginnen Sie ein neues.</translation>
    </message>
    <message>
        <source>Begin with a new product.</source>
        <translation>Beginnen Sie mit einem neuen Produkt.</translation>
    </message>
    <message>
        <source>Bring it in with `tillsight models import %1`, which writes its card.</source>
        <translation>Holen Sie es mit `tillsight models import %1` herein; das schreibt seine Karte.</translation>
    </message>
    <message>
        <source>Build it again.</source>
        <translation>Bauen Sie sie neu.</translation>
    </message>
    <message>
        <source>Build it with a smaller --batch.</source>
        <translation>Bauen Sie sie mit einem kleineren --batch.</translation>
    </message>
    <message>
        <source>Build it: tillsight models build --runtime %1</source>
        <translation>Bauen Sie sie: tillsight models build --runtime %1</translation>
    </message>
    <message>
        <source>Build it: tillsight models build --runtime %1 --precision %2</source>
        <translation>Bauen Sie sie: tillsight models build --runtime %1 --precision %2</translation>
    </message>
    <message>
        <source>Building the engine of %1</source>
        <translation>Die Engine von %1 wird gebaut</translation>
    </message>
    <message>
        <source>Building the engine was stopped.</source>
        <translation>Das Bauen der Engine wurde angehalten.</translation>
    </message>
    <message>
        <source>CSI camera</source>
        <translation>CSI-Kamera</translation>
    </message>
    <message>
        <source>CSI camera (%1)</source>
        <translation>CSI-Kamera (%1)</translation>
    </message>
    <message>
        <source>CSI cameras and gst: sources need GStreamer and PyGObject, which are not installed.</source>
        <translation>CSI-Kameras und Quellen mit gst: brauchen GStreamer und PyGObject, die nicht installiert sind.</translation>
    </message>
    <message>
        <source>Check it.</source>
        <translation>Prüfen Sie sie.</translation>
    </message>
    <message>
        <source>Check its cable and USB port, and close other programs that use it.</source>
        <translation>Prüfen Sie Kabel und USB-Anschluss, und schließen Sie andere Programme, die sie benutzen.</translation>
    </message>
    <message>
        <source>Check its cable and that no other program uses it; it is opened again by itself.</source>
        <translation>Prüfen Sie das Kabel und ob ein anderes Programm die Kamera benutzt; sie wird von selbst wieder geöffnet.</translation>
    </message>
    <message>
        <source>Check its name and place.</source>
        <translation>Prüfen Sie Name und Ort der Datei.</translation>
    </message>
    <message>
        <source>Check its path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Prüfen Sie die Zugriffsrechte der Datei.</translation>
    </message>
    <message>
        <source>Check its power and network, and the address, user and password in the settings.</source>
        <translation>Prüfen Sie Strom und Netzwerk der Kamera sowie Adresse, Benutzer und Passwort in den Optionen.</translation>
    </message>
    <message>
        <source>Check that the disk is connected and has free space, then do it again.</source>
        <translation>Prüfen Sie, ob der Datenträger angeschlossen ist und freien Platz hat, und machen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Check the camera.</source>
        <translation>Prüfen Sie die Kamera.</translation>
    </message>
    <message>
        <source>Check the disk and the rights on it.</source>
        <translation>Prüfen Sie den Datenträger und die Zugriffsrechte darauf.</translation>
    </message>
    <message>
        <source>Check the file.</source>
        <translation>Prüfen Sie die Datei.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Choose a card by its name or its path.</source>
        <translation>Wählen Sie eine Karte über ihren Namen oder ihren Pfad.</translation>
    </message>
    <message>
        <source>Choose a detector&apos;s card in the settings, or find items by change.</source>
        <translation>Wählen Sie in den Optionen die Karte eines Detektors, oder lassen Sie Artikel durch den Vergleich mit der leeren Theke finden.</translation>
    </message>
    <message>
        <source>Choose a detector.</source>
        <translation>Wählen Sie einen Detektor.</translation>
    </message>
    <message>
        <source>Choose a folder of pictures.</source>
        <translation>Wählen Sie einen Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>Choose a folder that exists and that you may write to.</source>
        <translation>Wählen Sie einen vorhandenen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose a folder with JPEG or PNG pictures.</source>
        <translation>Wählen Sie einen Ordner mit JPEG- oder PNG-Bildern.</translation>
    </message>
    <message>
        <source>Choose a line that is shown.</source>
        <translation>Wählen Sie eine Position, die angezeigt wird.</translation>
    </message>
    <message>
        <source>Choose a runtime for the processor.</source>
        <translation>Wählen Sie eine Laufzeitumgebung für den Prozessor.</translation>
    </message>
    <message>
        <source>Choose a smaller one, or an engine that computes in FP32.</source>
        <translation>Wählen Sie ein kleineres oder eine Engine, die in FP32 rechnet.</translation>
    </message>
    <message>
        <source>Choose a video file such as MP4, MKV or AVI.</source>
        <translation>Wählen Sie eine Videodatei wie MP4, MKV oder AVI.</translation>
    </message>
    <message>
        <source>Choose an embedder&apos;s card.</source>
        <translation>Wählen Sie die Karte eines Embedders.</translation>
    </message>
    <message>
        <source>Choose an engine that computes it in FP32.</source>
        <translation>Wählen Sie eine Engine, die es in FP32 rechnet.</translation>
    </message>
    <message>
        <source>Choose an item that is shown.</source>
        <translation>Wählen Sie einen Artikel, der angezeigt wird.</translation>
    </message>
    <message>
        <source>Choose another embedder in the settings.</source>
        <translation>Wählen Sie in den Optionen einen anderen Embedder.</translation>
    </message>
    <message>
        <source>Choose another embedder or runtime in the settings; the model file may be damaged.</source>
        <translation>Wählen Sie in den Optionen einen anderen Embedder oder eine andere Laufzeitumgebung; vielleicht ist die Modelldatei beschädigt.</translation>
    </message>
    <message>
        <source>Choose another model, or an engine that computes it in FP32.</source>
        <translation>Wählen Sie ein anderes Modell oder eine Engine, die es in FP32 rechnet.</translation>
    </message>
    <message>
        <source>Choose another model, or another runtime in the settings.</source>
        <translation>Wählen Sie ein anderes Modell oder in den Optionen eine andere Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>Wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Choose another product or enroll it.</source>
        <translation>Wählen Sie ein anderes Produkt, oder lernen Sie es an.</translation>
    </message>
    <message>
        <source>Choose another product, or restore it first.</source>
        <translation>Wählen Sie ein anderes Produkt, oder verkaufen Sie dieses erst wieder.</translation>
    </message>
    <message>
        <source>Choose another runtime in the settings, or bring the model in with a card that states it.</source>
        <translation>Wählen Sie in den Optionen eine andere Laufzeitumgebung, oder geben Sie dem Modell eine Karte, die die Größe nennt.</translation>
    </message>
    <message>
        <source>Choose another runtime in the settings.</source>
        <translation>Wählen Sie in den Optionen eine andere Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>Choose auto or one of these: %1.</source>
        <translation>Wählen Sie auto oder eine von diesen: %1.</translation>
    </message>
    <message>
        <source>Choose one of these: %1.</source>
        <translation>Wählen Sie eine von diesen Möglichkeiten: %1.</translation>
    </message>
    <message>
        <source>Choose one or more items first.</source>
        <translation>Wählen Sie zuerst einen oder mehrere Artikel.</translation>
    </message>
    <message>
        <source>Choose onnxruntime in the settings, or export the model with a fixed number of boxes.</source>
        <translation>Wählen Sie in den Optionen onnxruntime, oder exportieren Sie das Modell mit einer festen Zahl von Rahmen.</translation>
    </message>
    <message>
        <source>Classes that the embedder %1 tells apart: %2; named: %3.</source>
        <translation>Klassen, die der Embedder %1 unterscheidet: %2; benannt: %3.</translation>
    </message>
    <message>
        <source>Close other programs that use the card, or build the engine again with a smaller --batch.</source>
        <translation>Schließen Sie andere Programme, die die Karte benutzen, oder bauen Sie die Engine mit einem kleineren --batch neu.</translation>
    </message>
    <message>
        <source>Close that program, or unplug the camera and plug it in again.</source>
        <translation>Schließen Sie dieses Programm, oder ziehen Sie die Kamera ab und stecken Sie sie wieder ein.</translation>
    </message>
    <message>
        <source>Close the other program and try again.</source>
        <translation>Schließen Sie das andere Programm, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Close the other window or command first, or choose another folder with --data-dir.</source>
        <translation>Schließen Sie zuerst das andere Fenster oder den anderen Befehl, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Close what else uses the card, or choose auto in the settings.</source>
        <translation>Schließen Sie, was die Karte sonst benutzt, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Correct %1, or choose another card.</source>
        <translation>Korrigieren Sie %1, oder wählen Sie eine andere Karte.</translation>
    </message>
    <message>
        <source>Correct %1, or choose another model.</source>
        <translation>Korrigieren Sie %1, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Correct %1, or take it away: then the classes have no say.</source>
        <translation>Korrigieren Sie %1, oder nehmen Sie die Datei weg: Dann stimmen die Klassen nicht mit.</translation>
    </message>
    <message>
        <source>Correct embedding_size in %1, or choose another embedder.</source>
        <translation>Korrigieren Sie embedding_size in %1, oder wählen Sie einen anderen Embedder.</translation>
    </message>
    <message>
        <source>Correct it, or delete it to start with the usual settings.</source>
        <translation>Korrigieren Sie sie, oder löschen Sie sie, um mit den üblichen Werten zu beginnen.</translation>
    </message>
    <message>
        <source>Correct it; the card of efficientnet-lite2 is an example.</source>
        <translation>Korrigieren Sie sie; die Karte von efficientnet-lite2 ist ein Beispiel.</translation>
    </message>
    <message>
        <source>Correct its model card, or choose another model.</source>
        <translation>Korrigieren Sie seine Modellkarte, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Correct labels in %1.</source>
        <translation>Korrigieren Sie labels in %1.</translation>
    </message>
    <message>
        <source>Demo shop</source>
        <translation>Demo-Laden</translation>
    </message>
    <message>
        <source>Device or resource busy</source>
        <translation>Gerät oder Ressource belegt</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <translation>Meinten Sie %1?</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>Speicherkontingent überschritten</translation>
    </message>
    <message>
        <source>Enter 1 to %1, or remove the line.</source>
        <translation>Geben Sie 1 bis %1 ein, oder entfernen Sie die Position.</translation>
    </message>
    <message>
        <source>Enter a number such as 1.80.</source>
        <translation>Geben Sie eine Zahl wie 1,80 ein.</translation>
    </message>
    <message>
        <source>Enter a price of zero or more.</source>
        <translation>Geben Sie einen Preis von null oder mehr ein.</translation>
    </message>
    <message>
        <source>Enter a shorter one.</source>
        <translation>Geben Sie einen kürzeren ein.</translation>
    </message>
    <message>
        <source>Enter a tax of 0 to 100 percent.</source>
        <translation>Geben Sie einen Steuersatz von 0 bis 100 Prozent ein.</translation>
    </message>
    <message>
        <source>Enter a value within the stated range.</source>
        <translation>Geben Sie einen Wert im angegebenen Bereich ein.</translation>
    </message>
    <message>
        <source>Enter an ISO 4217 code such as EUR or USD.</source>
        <translation>Geben Sie ein Kürzel nach ISO 4217 ein, zum Beispiel EUR oder USD.</translation>
    </message>
    <message>
        <source>Enter another SKU, or archive %1 first.</source>
        <translation>Geben Sie eine andere Artikelnummer ein, oder archivieren Sie zuerst %1.</translation>
    </message>
    <message>
        <source>Enter another barcode, or archive %1 first.</source>
        <translation>Geben Sie einen anderen Barcode ein, oder archivieren Sie zuerst %1.</translation>
    </message>
    <message>
        <source>Enter one of these.</source>
        <translation>Geben Sie eines davon ein.</translation>
    </message>
    <message>
        <source>Enter such a value.</source>
        <translation>Geben Sie einen solchen Wert ein.</translation>
    </message>
    <message>
        <source>Enter the price as a positive amount.</source>
        <translation>Geben Sie den Preis als positiven Betrag ein.</translation>
    </message>
    <message>
        <source>Export it with a fixed width and height.</source>
        <translation>Exportieren Sie es mit fester Breite und Höhe.</translation>
    </message>
    <message>
        <source>Export the model with inputs and outputs of float32 or float16.</source>
        <translation>Exportieren Sie das Modell mit Ein- und Ausgaben in float32 oder float16.</translation>
    </message>
    <message>
        <source>Export the model with other operators, or choose another runtime in the settings.</source>
        <translation>Exportieren Sie das Modell mit anderen Operatoren, oder wählen Sie in den Optionen eine andere Laufzeitumgebung.</translation>
    </message>
    <message>
        <source>FP16 and FP32 cannot be compared: ONNX Runtime does not compute the model. %1</source>
        <translation>FP16 und FP32 lassen sich nicht vergleichen: ONNX Runtime rechnet das Modell nicht. %1</translation>
    </message>
    <message>
        <source>Find the product by name, or enroll it with this barcode.</source>
        <translation>Suchen Sie das Produkt nach dem Namen, oder lernen Sie es mit diesem Barcode an.</translation>
    </message>
    <message>
        <source>Free some space on that disk and do it again.</source>
        <translation>Schaffen Sie Platz auf diesem Datenträger, und machen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Free some space or give yourself the right to write there, or choose another folder with --data-dir.</source>
        <translation>Schaffen Sie Platz, geben Sie sich dort das Schreibrecht, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Free some space or give yourself the right to write there.</source>
        <translation>Schaffen Sie Platz, oder geben Sie sich dort das Schreibrecht.</translation>
    </message>
    <message>
        <source>Free some space or give yourself the right to write there; the former index is kept.</source>
        <translation>Schaffen Sie Platz, oder geben Sie sich dort das Schreibrecht; der bisherige Suchindex bleibt erhalten.</translation>
    </message>
    <message>
        <source>Free some space, or give yourself the right to write there.</source>
        <translation>Schaffen Sie Platz, oder geben Sie sich dort das Schreibrecht.</translation>
    </message>
    <message>
        <source>GStreamer has no element for CSI cameras here (nvarguscamerasrc or libcamerasrc).</source>
        <translation>GStreamer hat hier kein Element für CSI-Kameras (nvarguscamerasrc oder libcamerasrc).</translation>
    </message>
    <message>
        <source>GStreamer pipeline</source>
        <translation>GStreamer-Pipeline</translation>
    </message>
    <message>
        <source>Get the file (%1) and put it there.</source>
        <translation>Besorgen Sie die Datei (%1), und legen Sie sie dort ab.</translation>
    </message>
    <message>
        <source>Getting ready to find items</source>
        <translation>Artikelsuche wird vorbereitet</translation>
    </message>
    <message>
        <source>Give this program access to the card, or choose auto in the settings.</source>
        <translation>Geben Sie diesem Programm Zugriff auf die Karte, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Give yourself the right to write it, or choose another folder with --data-dir.</source>
        <translation>Geben Sie sich das Schreibrecht dafür, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Give yourself the right to write there, or choose another folder with --data-dir.</source>
        <translation>Geben Sie sich dort das Schreibrecht, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Go on with the sale that is shown.</source>
        <translation>Machen Sie mit dem Bon weiter, der angezeigt wird.</translation>
    </message>
    <message>
        <source>Hold it again.</source>
        <translation>Halten Sie es noch einmal fest.</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>Install NVIDIA&apos;s driver again, or choose auto in the settings.</source>
        <translation>Installieren Sie den Treiber von NVIDIA neu, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Install NVIDIA&apos;s driver for your card, then restart the computer.</source>
        <translation>Installieren Sie den Treiber von NVIDIA für Ihre Karte, und starten Sie dann den Computer neu.</translation>
    </message>
    <message>
        <source>Install NVIDIA&apos;s driver, or choose auto in the settings.</source>
        <translation>Installieren Sie den Treiber von NVIDIA, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Install NVIDIA&apos;s package tensorrt for your CUDA (on a Jetson it comes with JetPack), or use tensorrt-rtx.</source>
        <translation>Installieren Sie das Paket tensorrt von NVIDIA für Ihr CUDA (auf einem Jetson kommt es mit JetPack), oder benutzen Sie tensorrt-rtx.</translation>
    </message>
    <message>
        <source>Install TensorRT %1 from NVIDIA, or choose auto in the settings.</source>
        <translation>Installieren Sie TensorRT %1 von NVIDIA, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Install Tillsight with its packages for graphics cards: pip install .[gpu]</source>
        <translation>Installieren Sie Tillsight mit seinen Paketen für Grafikkarten: pip install .[gpu]</translation>
    </message>
    <message>
        <source>Install it again, of the same CUDA version as your driver.</source>
        <translation>Installieren Sie es neu, in derselben CUDA-Version wie Ihr Treiber.</translation>
    </message>
    <message>
        <source>Install it again, or choose auto in the settings.</source>
        <translation>Installieren Sie es neu, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Install it, or choose auto in the settings.</source>
        <translation>Installieren Sie es, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Install it: pip install tensorrt-rtx-cu13, or tensorrt-rtx-cu12 with an older driver.</source>
        <translation>Installieren Sie es: pip install tensorrt-rtx-cu13, mit einem älteren Treiber tensorrt-rtx-cu12.</translation>
    </message>
    <message>
        <source>Install the GStreamer plugin that brings this element.</source>
        <translation>Installieren Sie das GStreamer-Plugin, das dieses Element mitbringt.</translation>
    </message>
    <message>
        <source>Install the model again, or remove &apos;prior&apos; from its card: one shot then counts for less.</source>
        <translation>Installieren Sie das Modell neu, oder entfernen Sie „prior“ aus seiner Karte: Eine einzelne Aufnahme zählt dann weniger.</translation>
    </message>
    <message>
        <source>Install the newest NVIDIA driver for your card, then restart the computer.</source>
        <translation>Installieren Sie den neuesten Treiber von NVIDIA für Ihre Karte, und starten Sie dann den Computer neu.</translation>
    </message>
    <message>
        <source>Install the package gstreamer1.0-libcamera, on a Jetson nvidia-l4t-gstreamer.</source>
        <translation>Installieren Sie das Paket gstreamer1.0-libcamera, auf einem Jetson nvidia-l4t-gstreamer.</translation>
    </message>
    <message>
        <source>Install the packages gstreamer1.0-plugins-base, gstreamer1.0-plugins-good and gir1.2-gst-plugins-base-1.0, and the program with its extra “csi”.</source>
        <translation>Installieren Sie die Pakete gstreamer1.0-plugins-base, gstreamer1.0-plugins-good und gir1.2-gst-plugins-base-1.0 sowie das Programm mit seiner Ergänzung „csi“.</translation>
    </message>
    <message>
        <source>Install the program again, or give a card&apos;s path.</source>
        <translation>Installieren Sie das Programm neu, oder geben Sie den Pfad einer Karte an.</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>Das ist ein Ordner</translation>
    </message>
    <message>
        <source>It is learned again by itself: clear the counter and press “Counter is empty”.</source>
        <translation>Die Theke wird von selbst neu eingelernt: Räumen Sie die Theke leer, und drücken Sie „Theke ist leer“.</translation>
    </message>
    <message>
        <source>It is learned again by itself; clear the counter and press “Counter is empty” to be sure.</source>
        <translation>Die neue wird von selbst eingelernt; um sicher zu sein, räumen Sie die Theke leer und drücken „Theke ist leer“.</translation>
    </message>
    <message>
        <source>It is opened again as soon as it is there.</source>
        <translation>Sie wird wieder geöffnet, sobald sie da ist.</translation>
    </message>
    <message>
        <source>It is rebuilt from the catalog; nothing is lost.</source>
        <translation>Er wird aus dem Sortiment neu aufgebaut; nichts ist verloren.</translation>
    </message>
    <message>
        <source>It is told as soon as the camera is back.</source>
        <translation>Sie erfährt es, sobald sie wieder da ist.</translation>
    </message>
    <message>
        <source>It is used until the program is closed. Free some space or give yourself the right to write.</source>
        <translation>Es wird benutzt, bis das Programm geschlossen wird. Schaffen Sie Platz, oder geben Sie sich das Schreibrecht.</translation>
    </message>
    <message>
        <source>It may be damaged; take it again or leave it out.</source>
        <translation>Vielleicht ist es beschädigt; nehmen Sie es neu auf, oder lassen Sie es weg.</translation>
    </message>
    <message>
        <source>It supports %1; use tensorrt for others.</source>
        <translation>Unterstützt wird %1; benutzen Sie für andere tensorrt.</translation>
    </message>
    <message>
        <source>Learning the references again</source>
        <translation>Referenzen werden neu gelernt</translation>
    </message>
    <message>
        <source>Leave the compute capability away, or use tensorrt-rtx.</source>
        <translation>Lassen Sie die Compute Capability weg, oder benutzen Sie tensorrt-rtx.</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Modell wird geladen</translation>
    </message>
    <message>
        <source>Look at the new amount, then pay again.</source>
        <translation>Sehen Sie sich den neuen Betrag an und bezahlen Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>Models cannot be converted to FP16 here: the package onnx is not installed.</source>
        <translation>Modelle lassen sich hier nicht in FP16 umwandeln: Das Paket onnx ist nicht installiert.</translation>
    </message>
    <message>
        <source>Move it away, or choose another folder with --data-dir.</source>
        <translation>Verschieben Sie sie, oder wählen Sie mit --data-dir einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Network camera %1</source>
        <translation>Netzwerkkamera %1</translation>
    </message>
    <message>
        <source>No NVIDIA card can be used here (%1).</source>
        <translation>Hier lässt sich keine Karte von NVIDIA benutzen (%1).</translation>
    </message>
    <message>
        <source>No card can be made for %1: %2</source>
        <translation>Für %1 lässt sich keine Karte erstellen: %2</translation>
    </message>
    <message>
        <source>No detector is chosen.</source>
        <translation>Es ist kein Detektor gewählt.</translation>
    </message>
    <message>
        <source>No item is chosen.</source>
        <translation>Es ist kein Artikel gewählt.</translation>
    </message>
    <message>
        <source>No product has the barcode %1.</source>
        <translation>Kein Produkt hat den Barcode %1.</translation>
    </message>
    <message>
        <source>No product is being taught.</source>
        <translation>Es wird gerade kein Produkt angelernt.</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>Kein freier Platz mehr</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>Datei oder Ordner fehlt</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>Das ist kein Ordner</translation>
    </message>
    <message>
        <source>ONNX Runtime on %1</source>
        <translation>ONNX Runtime auf %1</translation>
    </message>
    <message>
        <source>ONNX Runtime with CUDA on %1</source>
        <translation>ONNX Runtime mit CUDA auf %1</translation>
    </message>
    <message>
        <source>ONNX Runtime with TensorRT on %1</source>
        <translation>ONNX Runtime mit TensorRT auf %1</translation>
    </message>
    <message>
        <source>ONNX Runtime with its defaults on %1</source>
        <translation>ONNX Runtime mit üblichen Werten auf %1</translation>
    </message>
    <message>
        <source>OpenVINO is installed, but does not load: %1.</source>
        <translation>OpenVINO ist installiert, lässt sich aber nicht laden: %1.</translation>
    </message>
    <message>
        <source>OpenVINO is not installed.</source>
        <translation>OpenVINO ist nicht installiert.</translation>
    </message>
    <message>
        <source>OpenVINO on %1</source>
        <translation>OpenVINO auf %1</translation>
    </message>
    <message>
        <source>Opening the catalog</source>
        <translation>Sortiment wird geöffnet</translation>
    </message>
    <message>
        <source>Opening the index</source>
        <translation>Suchindex wird geöffnet</translation>
    </message>
    <message>
        <source>Pay, park or void it before recalling another.</source>
        <translation>Bezahlen, parken oder stornieren Sie ihn, bevor Sie einen anderen abrufen.</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>Keine Berechtigung</translation>
    </message>
    <message>
        <source>Plug it in again; the program goes on by itself.</source>
        <translation>Stecken Sie sie wieder ein; das Programm macht von selbst weiter.</translation>
    </message>
    <message>
        <source>Plug it in; it is opened as soon as it is there.</source>
        <translation>Stecken Sie sie ein; sie wird geöffnet, sobald sie da ist.</translation>
    </message>
    <message>
        <source>Put all its files into one folder.</source>
        <translation>Legen Sie alle Dateien des Modells in einen Ordner.</translation>
    </message>
    <message>
        <source>Put back a copy from your backup, or move the file away to start with an empty catalog.</source>
        <translation>Spielen Sie eine Kopie aus Ihrer Datensicherung ein, oder verschieben Sie die Datei, um mit leerem Sortiment zu beginnen.</translation>
    </message>
    <message>
        <source>Put back a copy of the shop&apos;s database from your backup, or have the references embedded again.</source>
        <translation>Spielen Sie eine Kopie der Datenbank des Ladens aus Ihrer Datensicherung ein, oder lassen Sie die Referenzen neu lernen.</translation>
    </message>
    <message>
        <source>Put back a copy of the shop&apos;s database from your backup.</source>
        <translation>Spielen Sie eine Kopie der Datenbank des Ladens aus Ihrer Datensicherung ein.</translation>
    </message>
    <message>
        <source>Put each product&apos;s pictures (%1) into a folder of its name.</source>
        <translation>Legen Sie die Bilder jedes Produkts (%1) in einen Ordner mit seinem Namen.</translation>
    </message>
    <message>
        <source>Put it back from your backup, or remove it from its product.</source>
        <translation>Spielen Sie es aus Ihrer Datensicherung ein, oder entfernen Sie es von seinem Produkt.</translation>
    </message>
    <message>
        <source>Put it there, or install the program again.</source>
        <translation>Legen Sie sie dort ab, oder installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>Put items on the counter first.</source>
        <translation>Legen Sie zuerst Artikel auf die Theke.</translation>
    </message>
    <message>
        <source>Put items on the counter or look one up.</source>
        <translation>Legen Sie Artikel auf die Theke, oder suchen Sie einen.</translation>
    </message>
    <message>
        <source>Put the model file beside the card, or give the card by its absolute path.</source>
        <translation>Legen Sie die Modelldatei neben die Karte, oder geben Sie den vollständigen Pfad der Karte an.</translation>
    </message>
    <message>
        <source>Put the original file back (%1), or correct sha256 in %2.</source>
        <translation>Legen Sie die ursprüngliche Datei zurück (%1), oder korrigieren Sie sha256 in %2.</translation>
    </message>
    <message>
        <source>Put the original file back, or choose another model.</source>
        <translation>Legen Sie die ursprüngliche Datei zurück, oder wählen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>PyCUDA is installed, but does not load: %1.</source>
        <translation>PyCUDA ist installiert, lässt sich aber nicht laden: %1.</translation>
    </message>
    <message>
        <source>PyCUDA, which hands pictures to the graphics card, is not installed.</source>
        <translation>PyCUDA, das Bilder an die Grafikkarte übergibt, ist nicht installiert.</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>Der Datenträger ist schreibgeschützt</translation>
    </message>
    <message>
        <source>Recognition failed on this picture.</source>
        <translation>Die Erkennung ist bei diesem Bild fehlgeschlagen.</translation>
    </message>
    <message>
        <source>Recognition works again.</source>
        <translation>Die Erkennung funktioniert wieder.</translation>
    </message>
    <message>
        <source>Refresh the list.</source>
        <translation>Laden Sie die Liste neu.</translation>
    </message>
    <message>
        <source>Remove it; options of %1: are: %2.</source>
        <translation>Entfernen Sie sie; Optionen von %1: sind: %2.</translation>
    </message>
    <message>
        <source>Remove it; options of %1: are: none.</source>
        <translation>Entfernen Sie sie; %1: hat keine Optionen.</translation>
    </message>
    <message>
        <source>Replace it or take it out of the folder; the other pictures are shown.</source>
        <translation>Ersetzen Sie es, oder nehmen Sie es aus dem Ordner; die anderen Bilder werden gezeigt.</translation>
    </message>
    <message>
        <source>Restore the line first, or add the product again.</source>
        <translation>Stellen Sie die Position erst wieder her, oder fügen Sie das Produkt neu hinzu.</translation>
    </message>
    <message>
        <source>Run `make run GPU=1`, or pip install &apos;.[pycuda]&apos;; it is compiled, with a C++ compiler and CUDA&apos;s headers.</source>
        <translation>Führen Sie `make run GPU=1` oder pip install &apos;.[pycuda]&apos; aus; es wird kompiliert, mit einem C++-Compiler und den Headern von CUDA.</translation>
    </message>
    <message>
        <source>Run `tillsight doctor` to see what is missing, or choose auto in the settings.</source>
        <translation>Führen Sie `tillsight doctor` aus, um zu sehen, was fehlt, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Sale %1 is %2.</source>
        <translation>Bon %1 ist %2.</translation>
    </message>
    <message>
        <source>Sale %1 is not finished.</source>
        <translation>Bon %1 ist noch nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>Sale %1 is open.</source>
        <translation>Bon %1 ist offen.</translation>
    </message>
    <message>
        <source>Sale %1 is paid.</source>
        <translation>Bon %1 ist bezahlt.</translation>
    </message>
    <message>
        <source>Sale %1 is parked.</source>
        <translation>Bon %1 ist geparkt.</translation>
    </message>
    <message>
        <source>Sale %1 is void.</source>
        <translation>Bon %1 ist storniert.</translation>
    </message>
    <message>
        <source>Save or discard it before beginning a new one.</source>
        <translation>Speichern oder verwerfen Sie es, bevor Sie ein neues beginnen.</translation>
    </message>
    <message>
        <source>Say which product it is.</source>
        <translation>Sagen Sie, welches Produkt es ist.</translation>
    </message>
    <message>
        <source>Say why, for example: customer left.</source>
        <translation>Sagen Sie, warum, zum Beispiel: Kunde ist gegangen.</translation>
    </message>
    <message>
        <source>Say why, for example: damaged pack.</source>
        <translation>Sagen Sie, warum, zum Beispiel: Packung beschädigt.</translation>
    </message>
    <message>
        <source>Sell by name or barcode; the log file has the details.</source>
        <translation>Verkaufen Sie nach Name oder Barcode; Einzelheiten stehen in der Protokolldatei.</translation>
    </message>
    <message>
        <source>Set it on the camera itself.</source>
        <translation>Stellen Sie das an der Kamera selbst ein.</translation>
    </message>
    <message>
        <source>Set the program up with `make run GPU=1`, or choose auto in the settings.</source>
        <translation>Richten Sie das Programm mit `make run GPU=1` ein, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Set the program up with `make run GPU=1`, which brings the libraries of CUDA and cuDNN, or choose auto in the settings.</source>
        <translation>Richten Sie das Programm mit `make run GPU=1` ein, das die Bibliotheken von CUDA und cuDNN mitbringt, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Set them on the camera itself, or use a USB camera.</source>
        <translation>Stellen Sie beides an der Kamera selbst ein, oder nehmen Sie eine USB-Kamera.</translation>
    </message>
    <message>
        <source>Start Tillsight again.</source>
        <translation>Starten Sie Tillsight neu.</translation>
    </message>
    <message>
        <source>Start Tillsight again. If it comes back, install the newest NVIDIA driver.</source>
        <translation>Starten Sie Tillsight neu. Kommt der Fehler wieder, installieren Sie den neuesten Treiber von NVIDIA.</translation>
    </message>
    <message>
        <source>Start it again to go on.</source>
        <translation>Starten Sie es neu, um weiterzumachen.</translation>
    </message>
    <message>
        <source>Start it again when there is time.</source>
        <translation>Starten Sie es wieder, wenn Zeit dafür ist.</translation>
    </message>
    <message>
        <source>Start that version, or choose another folder with --data-dir; the file was left as it is.</source>
        <translation>Starten Sie diese Version, oder wählen Sie mit --data-dir einen anderen Ordner; die Datei blieb, wie sie ist.</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Wird gestartet</translation>
    </message>
    <message>
        <source>State width and height in its model card.</source>
        <translation>Nennen Sie Breite und Höhe in seiner Modellkarte.</translation>
    </message>
    <message>
        <source>Take at least one good shot.</source>
        <translation>Machen Sie mindestens eine gute Aufnahme.</translation>
    </message>
    <message>
        <source>TensorRT cannot make an engine for a model that leaves the size of its input &apos;%1&apos; open.</source>
        <translation>TensorRT kann keine Engine für ein Modell bauen, das die Größe seiner Eingabe „%1“ offen lässt.</translation>
    </message>
    <message>
        <source>TensorRT for RTX on %1</source>
        <translation>TensorRT for RTX auf %1</translation>
    </message>
    <message>
        <source>TensorRT on %1</source>
        <translation>TensorRT auf %1</translation>
    </message>
    <message>
        <source>TensorRT&apos;s engine cannot be kept in %1 (%2).</source>
        <translation>Die Engine von TensorRT lässt sich nicht in %1 ablegen (%2).</translation>
    </message>
    <message>
        <source>That item is no longer on the counter.</source>
        <translation>Dieser Artikel liegt nicht mehr auf der Theke.</translation>
    </message>
    <message>
        <source>That line is no longer in the basket.</source>
        <translation>Diese Position ist nicht mehr im Warenkorb.</translation>
    </message>
    <message>
        <source>That product is not in the catalog.</source>
        <translation>Dieses Produkt ist nicht im Sortiment.</translation>
    </message>
    <message>
        <source>That product is not on sale.</source>
        <translation>Dieses Produkt wird nicht verkauft.</translation>
    </message>
    <message>
        <source>The %1 engine of %2 is built for %3, and this is %4.</source>
        <translation>Die Engine von %2 für %1 ist für %3 gebaut, und dies ist %4.</translation>
    </message>
    <message>
        <source>The %1 engine of %2 is built for cards of compute capability %3, and %4 has %5.</source>
        <translation>Die Engine von %2 für %1 ist für Karten mit der Compute Capability %3 gebaut, und %4 hat %5.</translation>
    </message>
    <message>
        <source>The %1 engine of %2 is built for cards of compute capability 8.6 and later, and %3 has %4.</source>
        <translation>Die Engine von %2 für %1 ist für Karten ab der Compute Capability 8.6 gebaut, und %3 hat %4.</translation>
    </message>
    <message>
        <source>The %1 engine of %2 is built for the driver %3, and %4 is running.</source>
        <translation>Die Engine von %2 für %1 ist für den Treiber %3 gebaut, und es läuft %4.</translation>
    </message>
    <message>
        <source>The %1 engine of %2 is of version %3, and %4 is installed.</source>
        <translation>Die Engine von %2 für %1 ist von Version %3, und installiert ist %4.</translation>
    </message>
    <message>
        <source>The %1 gives no pictures: %2.</source>
        <translation>%1 liefert keine Bilder: %2.</translation>
    </message>
    <message>
        <source>The %1 gives no pictures: no picture for %2 seconds.</source>
        <translation>%1 liefert keine Bilder: seit %2 Sekunden kein Bild.</translation>
    </message>
    <message>
        <source>The %1 gives no pictures: the pipeline does not start.</source>
        <translation>%1 liefert keine Bilder: Die Pipeline startet nicht.</translation>
    </message>
    <message>
        <source>The %1 gives no pictures: the stream has ended.</source>
        <translation>%1 liefert keine Bilder: Der Datenstrom ist zu Ende.</translation>
    </message>
    <message>
        <source>The FP16 file %1 cannot be written (%2).</source>
        <translation>Die FP16-Datei %1 lässt sich nicht schreiben (%2).</translation>
    </message>
    <message>
        <source>The FP16 file that was made of %1 computes something else (cosine %2).</source>
        <translation>Die FP16-Datei, die aus %1 entstand, rechnet etwas anderes (Kosinus %2).</translation>
    </message>
    <message>
        <source>The NVIDIA driver is too old (%1).</source>
        <translation>Der Treiber von NVIDIA ist zu alt (%1).</translation>
    </message>
    <message>
        <source>The NVIDIA driver of this machine is missing or too old for %1.</source>
        <translation>Der Treiber von NVIDIA fehlt auf diesem Rechner oder ist zu alt für %1.</translation>
    </message>
    <message>
        <source>The SKU %1 belongs to %2 already.</source>
        <translation>Die Artikelnummer %1 gehört schon zu %2.</translation>
    </message>
    <message>
        <source>The address %1 is not that of a network camera.</source>
        <translation>Die Adresse %1 ist nicht die einer Netzwerkkamera.</translation>
    </message>
    <message>
        <source>The address %1 names no CSI camera.</source>
        <translation>Die Adresse %1 bezeichnet keine CSI-Kamera.</translation>
    </message>
    <message>
        <source>The address %1 names no USB camera.</source>
        <translation>Die Adresse %1 bezeichnet keine USB-Kamera.</translation>
    </message>
    <message>
        <source>The address gst: has no pipeline.</source>
        <translation>Der Adresse gst: fehlt die Pipeline.</translation>
    </message>
    <message>
        <source>The amount has changed meanwhile.</source>
        <translation>Der Betrag hat sich inzwischen geändert.</translation>
    </message>
    <message>
        <source>The barcode %1 belongs to %2 already.</source>
        <translation>Der Barcode %1 gehört schon zu %2.</translation>
    </message>
    <message>
        <source>The camera at %1 cannot be opened; it may be in use by another program.</source>
        <translation>Die Kamera an %1 lässt sich nicht öffnen; vielleicht benutzt sie ein anderes Programm.</translation>
    </message>
    <message>
        <source>The camera at %1 gives no pictures.</source>
        <translation>Die Kamera an %1 liefert keine Bilder.</translation>
    </message>
    <message>
        <source>The camera at %1 was unplugged.</source>
        <translation>Die Kamera an %1 wurde abgezogen.</translation>
    </message>
    <message>
        <source>The camera is back.</source>
        <translation>Die Kamera ist wieder da.</translation>
    </message>
    <message>
        <source>The camera shows another counter than the one that was learned.</source>
        <translation>Die Kamera zeigt eine andere Theke als die eingelernte.</translation>
    </message>
    <message>
        <source>The camera was changed meanwhile.</source>
        <translation>Die Kamera wurde inzwischen gewechselt.</translation>
    </message>
    <message>
        <source>The camera went away before it could be told.</source>
        <translation>Die Kamera war weg, bevor sie es erfahren konnte.</translation>
    </message>
    <message>
        <source>The card of the detector %1 does not fit: the model %2.</source>
        <translation>Die Karte des Detektors %1 passt nicht: Das Modell %2.</translation>
    </message>
    <message>
        <source>The card of the detector %1 names no output &apos;%2&apos;, which the decoder %3 needs.</source>
        <translation>Die Karte des Detektors %1 nennt keine Ausgabe „%2“, die der Decoder %3 braucht.</translation>
    </message>
    <message>
        <source>The card of the detector %1 names the decoder &apos;%2&apos;; known: %3.</source>
        <translation>Die Karte des Detektors %1 nennt den Decoder „%2“; bekannt sind: %3.</translation>
    </message>
    <message>
        <source>The chosen item is no longer kept.</source>
        <translation>Der gewählte Artikel ist nicht mehr gespeichert.</translation>
    </message>
    <message>
        <source>The classes&apos; names in %1 cannot be read.</source>
        <translation>Die Namen der Klassen in %1 lassen sich nicht lesen.</translation>
    </message>
    <message>
        <source>The data folder %1 cannot be locked (%2).</source>
        <translation>Der Datenordner %1 lässt sich nicht sperren (%2).</translation>
    </message>
    <message>
        <source>The data folder %1 cannot be written (%2).</source>
        <translation>In den Datenordner %1 lässt sich nicht schreiben (%2).</translation>
    </message>
    <message>
        <source>The demo shop has no script called “%1”.</source>
        <translation>Der Demo-Laden hat keinen Ablauf namens „%1“.</translation>
    </message>
    <message>
        <source>The disk failed while the shop&apos;s database %1 was in use (%2); the last change was not kept.</source>
        <translation>Der Datenträger hat versagt, während die Datenbank des Ladens %1 in Gebrauch war (%2); die letzte Änderung wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The disk that holds %1 is full; the last change was not kept.</source>
        <translation>Der Datenträger mit %1 ist voll; die letzte Änderung wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The disk that holds %1 is full; the picture was not kept.</source>
        <translation>Der Datenträger mit %1 ist voll; das Bild wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The embedder %1 returned numbers that mean nothing (not finite, or all zero).</source>
        <translation>Der Embedder %1 lieferte Zahlen, die nichts bedeuten (nicht endlich oder alle null).</translation>
    </message>
    <message>
        <source>The embedder gave numbers that are not finite.</source>
        <translation>Der Embedder lieferte Zahlen, die nicht endlich sind.</translation>
    </message>
    <message>
        <source>The engine %1 cannot be read (%2).</source>
        <translation>Die Engine %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The engine %1 cannot be used here.</source>
        <translation>Die Engine %1 lässt sich hier nicht benutzen.</translation>
    </message>
    <message>
        <source>The engine %1 does not load: %2.</source>
        <translation>Die Engine %1 lässt sich nicht laden: %2.</translation>
    </message>
    <message>
        <source>The engine %1 does not load: the graphics card has too little free memory.</source>
        <translation>Die Engine %1 lässt sich nicht laden: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>The engine %1 does not start: %2.</source>
        <translation>Die Engine %1 startet nicht: %2.</translation>
    </message>
    <message>
        <source>The engine %1 does not start: the graphics card has too little free memory.</source>
        <translation>Die Engine %1 startet nicht: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>The model %1 cannot be used without a card: it %2.</source>
        <translation>Das Modell %1 lässt sich nicht ohne Karte verwenden: Es %2.</translation>
    </message>
    <message>
        <source>The model %1 is not of the form that its card %2 states: it takes %3, and trim needs one that takes any height and width.</source>
        <translation>Das Modell %1 hat nicht die Form, die seine Karte %2 nennt: Es nimmt %3, und trim braucht eines, das jede Höhe und Breite nimmt.</translation>
    </message>
    <message>
        <source>The model %1 is not of the form that its card %2 states: it takes %3, not %4 %5 of float32.</source>
        <translation>Das Modell %1 hat nicht die Form, die seine Karte %2 nennt: Es nimmt %3, nicht %4 %5 in float32.</translation>
    </message>
    <message>
        <source>The engine %1 is damaged.</source>
        <translation>Die Engine %1 ist beschädigt.</translation>
    </message>
    <message>
        <source>The embedder %1 returns a vector of length %2 for a crop, not %3 as its card states.</source>
        <translation>Der Embedder %1 liefert je Ausschnitt einen Vektor der Länge %2 statt %3, wie seine Karte sagt.</translation>
    </message>
    <message>
        <source>The engine %1 finds no working CUDA.</source>
        <translation>Die Engine %1 findet kein funktionierendes CUDA.</translation>
    </message>
    <message>
        <source>The engine %1 needs a newer CUDA.</source>
        <translation>Die Engine %1 braucht ein neueres CUDA.</translation>
    </message>
    <message>
        <source>The engine %1 needs a newer NVIDIA driver.</source>
        <translation>Die Engine %1 braucht einen neueren Treiber von NVIDIA.</translation>
    </message>
    <message>
        <source>The engine %1 needs more memory than is free on the card.</source>
        <translation>Die Engine %1 braucht mehr Speicher, als auf der Karte frei ist.</translation>
    </message>
    <message>
        <source>The engine %1 was built by another version of %2.</source>
        <translation>Die Engine %1 wurde von einer anderen Version von %2 gebaut.</translation>
    </message>
    <message>
        <source>The engine %1 was built for cards of another compute capability.</source>
        <translation>Die Engine %1 wurde für Karten mit einer anderen Compute Capability gebaut.</translation>
    </message>
    <message>
        <source>The engine cannot be written to %1 (%2).</source>
        <translation>Die Engine lässt sich nicht nach %1 schreiben (%2).</translation>
    </message>
    <message>
        <source>The exposure and focus of %1 cannot be set from here.</source>
        <translation>Belichtung und Fokus von %1 lassen sich hier nicht einstellen.</translation>
    </message>
    <message>
        <source>The exposure and focus of the camera cannot be set from here.</source>
        <translation>Belichtung und Fokus der Kamera lassen sich hier nicht einstellen.</translation>
    </message>
    <message>
        <source>The file %1 cannot be read (%2).</source>
        <translation>Die Datei %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The file %1 cannot be written (%2).</source>
        <translation>Die Datei %1 lässt sich nicht schreiben (%2).</translation>
    </message>
    <message>
        <source>The file %1 holds text, not a video.</source>
        <translation>Die Datei %1 enthält Text, kein Video.</translation>
    </message>
    <message>
        <source>The file %1 is empty.</source>
        <translation>Die Datei %1 ist leer.</translation>
    </message>
    <message>
        <source>The file %1 is not a video that can be played.</source>
        <translation>Die Datei %1 ist kein Video, das sich abspielen lässt.</translation>
    </message>
    <message>
        <source>The file %1 is the database of another program; it was left as it is.</source>
        <translation>Die Datei %1 ist die Datenbank eines anderen Programms; sie blieb, wie sie ist.</translation>
    </message>
    <message>
        <source>The file %1, which belongs to the model %2, cannot be read (%3).</source>
        <translation>Die Datei %1, die zum Modell %2 gehört, lässt sich nicht lesen (%3).</translation>
    </message>
    <message>
        <source>The folder %1 cannot be read (%2).</source>
        <translation>Der Ordner %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The folder %1 cannot be shown: it holds no pictures.</source>
        <translation>Der Ordner %1 lässt sich nicht zeigen: Er enthält keine Bilder.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be shown: none of its pictures can be read.</source>
        <translation>Der Ordner %1 lässt sich nicht zeigen: Keines seiner Bilder ist lesbar.</translation>
    </message>
    <message>
        <source>The graphics card (%1) reports an error: %2.</source>
        <translation>Die Grafikkarte (%1) meldet einen Fehler: %2.</translation>
    </message>
    <message>
        <source>The index cannot be saved to %1 (%2).</source>
        <translation>Der Suchindex lässt sich nicht in %1 speichern (%2).</translation>
    </message>
    <message>
        <source>The log file %1 has the details.</source>
        <translation>Einzelheiten stehen in der Protokolldatei %1.</translation>
    </message>
    <message>
        <source>The memory of the graphics card (%1) is full.</source>
        <translation>Der Speicher der Grafikkarte (%1) ist voll.</translation>
    </message>
    <message>
        <source>The model %1 cannot be computed: %2.</source>
        <translation>Das Modell %1 lässt sich nicht rechnen: %2.</translation>
    </message>
    <message>
        <source>The model %1 cannot be computed: the graphics card has too little free memory.</source>
        <translation>Das Modell %1 lässt sich nicht rechnen: Die Grafikkarte hat zu wenig freien Speicher.</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: %2</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: %2</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: &apos;%2&apos; is %3 of %4.</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: „%2“ ist %3 aus %4.</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: &apos;%2&apos; is missing.</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: „%2“ fehlt.</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: it takes %2.</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: Es nimmt %2.</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: no reason given.</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: kein Grund angegeben.</translation>
    </message>
    <message>
        <source>The model %1 cannot compute on its input: the engine gives no reason.</source>
        <translation>Das Modell %1 kann mit seiner Eingabe nicht rechnen: Die Engine nennt keinen Grund.</translation>
    </message>
    <message>
        <source>The model %1 describes items; it does not find them.</source>
        <translation>Das Modell %1 beschreibt Artikel; es findet sie nicht.</translation>
    </message>
    <message>
        <source>The model %1 does not bear FP16: its numbers leave FP16&apos;s range.</source>
        <translation>Das Modell %1 verträgt kein FP16: Seine Zahlen verlassen dessen Bereich.</translation>
    </message>
    <message>
        <source>The model %1 does not bear FP16: none of its convolutions and matrix products can be computed in it.</source>
        <translation>Das Modell %1 verträgt kein FP16: Keine seiner Faltungen und Matrixprodukte lässt sich darin rechnen.</translation>
    </message>
    <message>
        <source>The model %1 does not bear FP16: the smallest cosine to its results in FP32 is %2, and %3 is asked for.</source>
        <translation>Das Modell %1 verträgt kein FP16: Der kleinste Kosinus zu seinen Ergebnissen in FP32 ist %2, verlangt ist %3.</translation>
    </message>
    <message>
        <source>The model %1 finds items; it does not describe them.</source>
        <translation>Das Modell %1 findet Artikel; es beschreibt sie nicht.</translation>
    </message>
    <message>
        <source>The model %1 has no convolution or matrix product to compute in FP16.</source>
        <translation>Das Modell %1 hat keine Faltung und kein Matrixprodukt, die sich in FP16 rechnen ließen.</translation>
    </message>
    <message>
        <source>The model %1 is not of the form that its card %2 states: it returns %3, not &apos;%4&apos;.</source>
        <translation>Das Modell %1 hat nicht die Form, die seine Karte %2 nennt: Es liefert %3, nicht „%4“.</translation>
    </message>
    <message>
        <source>The model %1 is not of the form that its card %2 states: it takes %3, not &apos;%4&apos;.</source>
        <translation>Das Modell %1 hat nicht die Form, die seine Karte %2 nennt: Es nimmt %3, nicht „%4“.</translation>
    </message>
    <message>
        <source>The model %1 is not of the form that its card %2 states: it takes bytes, which scale and offset would not leave whole.</source>
        <translation>Das Modell %1 hat nicht die Form, die seine Karte %2 nennt: Es nimmt Bytes, die mit scale und offset nicht ganz blieben.</translation>
    </message>
    <message>
        <source>The model %1 is not there, or a file with its numbers is missing (%2).</source>
        <translation>Das Modell %1 ist nicht da, oder eine Datei mit seinen Zahlen fehlt (%2).</translation>
    </message>
    <message>
        <source>The model %1 is of no form that is known here (%2).</source>
        <translation>Das Modell %1 hat keine hier bekannte Form (%2).</translation>
    </message>
    <message>
        <source>The model %1 takes inputs of open size or of other types than pictures have.</source>
        <translation>Das Modell %1 nimmt Eingaben von offener Größe oder von anderer Art, als Bilder sie haben.</translation>
    </message>
    <message>
        <source>The model %1 uses the operator %2 (node %3, &apos;%4&apos;), which %5 does not have.</source>
        <translation>Das Modell %1 benutzt den Operator %2 (Knoten %3, „%4“), den %5 nicht hat.</translation>
    </message>
    <message>
        <source>The model card %1 cannot be read (%2).</source>
        <translation>Die Modellkarte %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The model card %1 is damaged: %2</source>
        <translation>Die Modellkarte %1 ist beschädigt: %2</translation>
    </message>
    <message>
        <source>The model card %1 is not there.</source>
        <translation>Die Modellkarte %1 ist nicht da.</translation>
    </message>
    <message>
        <source>The model card %1 points outside its own folder: %2.</source>
        <translation>Die Modellkarte %1 zeigt aus ihrem eigenen Ordner hinaus: %2.</translation>
    </message>
    <message>
        <source>The model file %1 cannot be read (%2).</source>
        <translation>Die Modelldatei %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The model file %1 is damaged or no ONNX model: %2</source>
        <translation>Die Modelldatei %1 ist beschädigt oder kein ONNX-Modell: %2</translation>
    </message>
    <message>
        <source>The model file %1 is damaged or no ONNX model: %2.</source>
        <translation>Die Modelldatei %1 ist beschädigt oder kein ONNX-Modell: %2.</translation>
    </message>
    <message>
        <source>The model file %1 is missing.</source>
        <translation>Die Modelldatei %1 fehlt.</translation>
    </message>
    <message>
        <source>The model file %1 is not the one that its card %2 names: it is damaged or another.</source>
        <translation>Die Modelldatei %1 ist nicht die, die ihre Karte %2 nennt: Sie ist beschädigt oder eine andere.</translation>
    </message>
    <message>
        <source>The model file %1 is not there.</source>
        <translation>Die Modelldatei %1 ist nicht da.</translation>
    </message>
    <message>
        <source>The model file %1 of the card %2 is missing.</source>
        <translation>Die Modelldatei %1 der Karte %2 fehlt.</translation>
    </message>
    <message>
        <source>The model has no decimal numbers to compare.</source>
        <translation>Das Modell hat keine Dezimalzahlen zum Vergleichen.</translation>
    </message>
    <message>
        <source>The model is too large to be converted: %1.</source>
        <translation>Das Modell ist zu groß zum Umwandeln: %1.</translation>
    </message>
    <message>
        <source>The model is too large to be converted: more than 2 GB.</source>
        <translation>Das Modell ist zu groß zum Umwandeln: mehr als 2 GB.</translation>
    </message>
    <message>
        <source>The model takes inputs of any size (&apos;%1&apos; is %2), and an engine needs to know which.</source>
        <translation>Das Modell nimmt Eingaben jeder Größe („%1“ ist %2), und eine Engine muss wissen, welche.</translation>
    </message>
    <message>
        <source>The model&apos;s output &apos;%1&apos; has a size that depends on the picture, which this runtime cannot do.</source>
        <translation>Die Größe der Ausgabe „%1“ des Modells hängt vom Bild ab; das kann diese Laufzeitumgebung nicht.</translation>
    </message>
    <message>
        <source>The model&apos;s tensor &apos;%1&apos; is of type %2, which cannot be read here.</source>
        <translation>Der Tensor „%1“ des Modells ist vom Typ %2, der sich hier nicht lesen lässt.</translation>
    </message>
    <message>
        <source>The name “%1…” is too long.</source>
        <translation>Der Name „%1…“ ist zu lang.</translation>
    </message>
    <message>
        <source>The network camera %1 sends no pictures.</source>
        <translation>Die Netzwerkkamera %1 sendet keine Bilder.</translation>
    </message>
    <message>
        <source>The option “%1” of the source %2 is not a whole number.</source>
        <translation>Die Option „%1“ der Quelle %2 ist keine ganze Zahl.</translation>
    </message>
    <message>
        <source>The option “%1” of the source %2 is not understood.</source>
        <translation>Die Option „%1“ der Quelle %2 ist nicht zu verstehen.</translation>
    </message>
    <message>
        <source>The picture %1 cannot be read (%2).</source>
        <translation>Das Bild %1 lässt sich nicht lesen (%2).</translation>
    </message>
    <message>
        <source>The picture %1 cannot be read.</source>
        <translation>Das Bild %1 lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The picture %1 is damaged: it is not what was stored.</source>
        <translation>Das Bild %1 ist beschädigt: Es ist nicht, was gespeichert wurde.</translation>
    </message>
    <message>
        <source>The picture %1 is missing from the photographs folder.</source>
        <translation>Das Bild %1 fehlt im Ordner der Fotos.</translation>
    </message>
    <message>
        <source>The picture of the counter cannot be kept in %1 (%2).</source>
        <translation>Das Bild der Theke lässt sich nicht in %1 speichern (%2).</translation>
    </message>
    <message>
        <source>The picture of the empty counter cannot be kept in %1 (%2).</source>
        <translation>Das Bild der leeren Theke lässt sich nicht in %1 speichern (%2).</translation>
    </message>
    <message>
        <source>The pipeline of %1 is wrong: %2.</source>
        <translation>Die Pipeline von %1 ist falsch: %2.</translation>
    </message>
    <message>
        <source>The prior %1 of the embedder cannot be used (%2).</source>
        <translation>Das Vorwissen %1 des Embedders lässt sich nicht benutzen (%2).</translation>
    </message>
    <message>
        <source>The prior %1 of the embedder cannot be used (it is not for vectors of %2 numbers).</source>
        <translation>Das Vorwissen %1 des Embedders lässt sich nicht benutzen (es ist nicht für Vektoren aus %2 Zahlen).</translation>
    </message>
    <message>
        <source>The product has no name.</source>
        <translation>Das Produkt hat keinen Namen.</translation>
    </message>
    <message>
        <source>The product is being saved.</source>
        <translation>Das Produkt wird gerade gespeichert.</translation>
    </message>
    <message>
        <source>The receipt of sale %1 could not be saved (%2).</source>
        <translation>Der Kassenbon von Bon %1 ließ sich nicht speichern (%2).</translation>
    </message>
    <message>
        <source>The sale is being closed.</source>
        <translation>Der Bon wird gerade abgeschlossen.</translation>
    </message>
    <message>
        <source>The sale itself is kept in the catalog; free some space on the disk.</source>
        <translation>Der Bon selbst ist in der Datenbank erhalten; schaffen Sie Platz auf dem Datenträger.</translation>
    </message>
    <message>
        <source>The saved index in %1 is damaged (%2).</source>
        <translation>Der gespeicherte Suchindex in %1 ist beschädigt (%2).</translation>
    </message>
    <message>
        <source>The saved index was made by another embedder.</source>
        <translation>Der gespeicherte Suchindex stammt von einem anderen Embedder.</translation>
    </message>
    <message>
        <source>The settings cannot be saved to %1 (%2).</source>
        <translation>Die Optionen lassen sich nicht in %1 speichern (%2).</translation>
    </message>
    <message>
        <source>The settings file %1 cannot be read.</source>
        <translation>Die Datei der Optionen %1 lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>The settings file %1 is damaged: %2</source>
        <translation>Die Datei der Optionen %1 ist beschädigt: %2</translation>
    </message>
    <message>
        <source>The settings file %1 is damaged: it does not hold the settings of Tillsight.</source>
        <translation>Die Datei der Optionen %1 ist beschädigt: Sie enthält nicht die Optionen von Tillsight.</translation>
    </message>
    <message>
        <source>The settings file %1 is damaged: it is not JSON from line %2, column %3.</source>
        <translation>Die Datei der Optionen %1 ist beschädigt: Ab Zeile %2, Spalte %3 ist sie kein JSON.</translation>
    </message>
    <message>
        <source>The settings of %1: %2.</source>
        <translation>Die Optionen von %1: %2.</translation>
    </message>
    <message>
        <source>The shop&apos;s database %1 cannot be opened for writing (%2).</source>
        <translation>Die Datenbank des Ladens %1 lässt sich nicht zum Schreiben öffnen (%2).</translation>
    </message>
    <message>
        <source>The shop&apos;s database %1 cannot be written.</source>
        <translation>In die Datenbank des Ladens %1 lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>The shop&apos;s database %1 is damaged (%2); the file is left as it is.</source>
        <translation>Die Datenbank des Ladens %1 ist beschädigt (%2); die Datei bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The shop&apos;s database %1 is in use by another program.</source>
        <translation>Die Datenbank des Ladens %1 wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>The shop&apos;s database %1 was written by a newer version of Tillsight (step %2).</source>
        <translation>Die Datenbank des Ladens %1 stammt von einer neueren Version von Tillsight (Schritt %2).</translation>
    </message>
    <message>
        <source>The source %1 has ended.</source>
        <translation>Die Quelle %1 ist zu Ende.</translation>
    </message>
    <message>
        <source>The source %1 has the unknown option “%2”.</source>
        <translation>Die Quelle %1 hat die unbekannte Option „%2“.</translation>
    </message>
    <message>
        <source>The stored picture of the empty counter is damaged.</source>
        <translation>Das gespeicherte Bild der leeren Theke ist beschädigt.</translation>
    </message>
    <message>
        <source>The weights of %1 do not ship with the program, and %2 is not there.</source>
        <translation>Die Gewichte von %1 werden nicht mit dem Programm geliefert, und %2 ist nicht da.</translation>
    </message>
    <message>
        <source>There are no pictures in %1.</source>
        <translation>In %1 sind keine Bilder.</translation>
    </message>
    <message>
        <source>There are settings of %1.</source>
        <translation>Es gibt Optionen für %1.</translation>
    </message>
    <message>
        <source>There is no %1 engine of %2 in %3.</source>
        <translation>Es gibt keine Engine von %2 für %1 in %3.</translation>
    </message>
    <message>
        <source>There is no %1 engine of %2.</source>
        <translation>Es gibt keine Engine von %2 für %1.</translation>
    </message>
    <message>
        <source>There is no NVIDIA card in this machine.</source>
        <translation>In diesem Rechner ist keine Karte von NVIDIA.</translation>
    </message>
    <message>
        <source>There is no NVIDIA driver on this machine.</source>
        <translation>Auf diesem Rechner ist kein Treiber von NVIDIA.</translation>
    </message>
    <message>
        <source>There is no camera at %1.</source>
        <translation>An %1 ist keine Kamera.</translation>
    </message>
    <message>
        <source>There is no camera, clip or folder called %1.</source>
        <translation>Es gibt keine Kamera, kein Video und keinen Ordner namens %1.</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Es gibt keine Datei %1.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Es gibt keinen Ordner %1.</translation>
    </message>
    <message>
        <source>There is no model card named &apos;%1&apos;.</source>
        <translation>Es gibt keine Modellkarte namens „%1“.</translation>
    </message>
    <message>
        <source>There is no package named &apos;%1&apos;.</source>
        <translation>Es gibt kein Paket namens „%1“.</translation>
    </message>
    <message>
        <source>There is no photograph to learn from.</source>
        <translation>Es gibt keine Aufnahme, aus der gelernt werden kann.</translation>
    </message>
    <message>
        <source>There is no picture %1.</source>
        <translation>Es gibt kein Bild %1.</translation>
    </message>
    <message>
        <source>There is no picture to learn from.</source>
        <translation>Es gibt kein Bild, aus dem gelernt werden kann.</translation>
    </message>
    <message>
        <source>There is no picture to take a shot of.</source>
        <translation>Es gibt kein Bild für eine Aufnahme.</translation>
    </message>
    <message>
        <source>There is no precision named &apos;%1&apos;.</source>
        <translation>Es gibt keine Genauigkeit namens „%1“.</translation>
    </message>
    <message>
        <source>There is no runtime named &apos;%1&apos;.</source>
        <translation>Es gibt keine Laufzeitumgebung namens „%1“.</translation>
    </message>
    <message>
        <source>There is no saved index in %1.</source>
        <translation>In %1 ist kein Suchindex gespeichert.</translation>
    </message>
    <message>
        <source>There is no setting %1.</source>
        <translation>Es gibt keine Option %1.</translation>
    </message>
    <message>
        <source>There is nothing to park.</source>
        <translation>Es gibt nichts zu parken.</translation>
    </message>
    <message>
        <source>There is nothing to pay.</source>
        <translation>Es gibt nichts zu bezahlen.</translation>
    </message>
    <message>
        <source>This camera does not let its exposure be held.</source>
        <translation>Diese Kamera lässt ihre Belichtung nicht festhalten.</translation>
    </message>
    <message>
        <source>This camera does not let its focus be held.</source>
        <translation>Diese Kamera lässt ihren Fokus nicht festhalten.</translation>
    </message>
    <message>
        <source>This enrollment is %1 already.</source>
        <translation>Dieses Anlernen ist schon %1.</translation>
    </message>
    <message>
        <source>This enrollment is discarded already.</source>
        <translation>Dieses Anlernen ist schon verworfen.</translation>
    </message>
    <message>
        <source>This enrollment is finished already.</source>
        <translation>Dieses Anlernen ist schon fertig.</translation>
    </message>
    <message>
        <source>This sale is not finished.</source>
        <translation>Dieser Bon ist noch nicht abgeschlossen.</translation>
    </message>
    <message>
        <source>Tillsight could not start.</source>
        <translation>Tillsight konnte nicht starten.</translation>
    </message>
    <message>
        <source>Tillsight is already open with the data folder %1.</source>
        <translation>Tillsight ist mit dem Datenordner %1 schon geöffnet.</translation>
    </message>
    <message>
        <source>Tillsight is closing.</source>
        <translation>Tillsight wird gerade geschlossen.</translation>
    </message>
    <message>
        <source>Tillsight is still starting.</source>
        <translation>Tillsight startet noch.</translation>
    </message>
    <message>
        <source>Try `tillsight models import %1`, or write a model card for it.</source>
        <translation>Versuchen Sie `tillsight models import %1`, oder schreiben Sie eine Modellkarte dafür.</translation>
    </message>
    <message>
        <source>Try it with gst-launch-1.0, and leave out the sink at its end.</source>
        <translation>Versuchen Sie sie mit gst-launch-1.0, und lassen Sie die Senke am Ende weg.</translation>
    </message>
    <message>
        <source>Type a name.</source>
        <translation>Geben Sie einen Namen ein.</translation>
    </message>
    <message>
        <source>Type the name that is printed on receipts.</source>
        <translation>Geben Sie den Namen ein, der auf dem Bon steht.</translation>
    </message>
    <message>
        <source>USB camera</source>
        <translation>USB-Kamera</translation>
    </message>
    <message>
        <source>USB camera %1</source>
        <translation>USB-Kamera %1</translation>
    </message>
    <message>
        <source>Update NVIDIA&apos;s driver, or use `make run GPU=cu12`, or choose auto in the settings.</source>
        <translation>Aktualisieren Sie den Treiber von NVIDIA, benutzen Sie `make run GPU=cu12`, oder wählen Sie in den Optionen auto.</translation>
    </message>
    <message>
        <source>Use %1, export the model with other operators, or choose onnxruntime in the settings.</source>
        <translation>Benutzen Sie %1, exportieren Sie das Modell mit anderen Operatoren, oder wählen Sie in den Optionen onnxruntime.</translation>
    </message>
    <message>
        <source>Use at most %1 characters.</source>
        <translation>Benutzen Sie höchstens %1 Zeichen.</translation>
    </message>
    <message>
        <source>Use demo: as it stands.</source>
        <translation>Benutzen Sie demo: so, wie es dasteht.</translation>
    </message>
    <message>
        <source>Use usb:0, csi:0, gst:…, rtsp://…, demo:, auto, or the path of a clip or of a folder of pictures.</source>
        <translation>Benutzen Sie usb:0, csi:0, gst:…, rtsp://…, demo:, auto oder den Pfad eines Videos oder eines Ordners mit Bildern.</translation>
    </message>
    <message>
        <source>Wait a moment.</source>
        <translation>Warten Sie einen Moment.</translation>
    </message>
    <message>
        <source>Wait for the next sale to open.</source>
        <translation>Warten Sie, bis der nächste Bon offen ist.</translation>
    </message>
    <message>
        <source>Wait until it says that it is ready.</source>
        <translation>Warten Sie, bis es bereit ist.</translation>
    </message>
    <message>
        <source>Wait until the camera shows the counter.</source>
        <translation>Warten Sie, bis die Kamera die Theke zeigt.</translation>
    </message>
    <message>
        <source>What belongs to the empty counter cannot be kept in %1 (%2).</source>
        <translation>Was zur leeren Theke gehört, lässt sich nicht in %1 speichern (%2).</translation>
    </message>
    <message>
        <source>Write 1 for yes or 0 for no.</source>
        <translation>Schreiben Sie 1 für ja oder 0 für nein.</translation>
    </message>
    <message>
        <source>Write a card for it by hand.</source>
        <translation>Schreiben Sie von Hand eine Karte dafür.</translation>
    </message>
    <message>
        <source>Write a number from %1 to %2.</source>
        <translation>Schreiben Sie eine Zahl von %1 bis %2.</translation>
    </message>
    <message>
        <source>Write a whole number from %1 to %2.</source>
        <translation>Schreiben Sie eine ganze Zahl von %1 bis %2.</translation>
    </message>
    <message>
        <source>Write csi:0 for the first one, or csi: and the name that “cam --list” prints for it.</source>
        <translation>Schreiben Sie csi:0 für die erste, oder csi: und den Namen, den „cam --list“ für sie ausgibt.</translation>
    </message>
    <message>
        <source>Write csi:0 for the first one.</source>
        <translation>Schreiben Sie csi:0 für die erste.</translation>
    </message>
    <message>
        <source>Write folder:%1 for its pictures.</source>
        <translation>Schreiben Sie folder:%1 für seine Bilder.</translation>
    </message>
    <message>
        <source>Write it as rtsp://user:password@host:554/path, with special characters as %40 and so on.</source>
        <translation>Schreiben Sie sie als rtsp://benutzer:passwort@host:554/pfad, Sonderzeichen dabei als %40 und so weiter.</translation>
    </message>
    <message>
        <source>Write it as section.name=value.</source>
        <translation>Schreiben Sie es als abschnitt.name=wert.</translation>
    </message>
    <message>
        <source>Write one behind it, such as gst:v4l2src.</source>
        <translation>Schreiben Sie eine dahinter, zum Beispiel gst:v4l2src.</translation>
    </message>
    <message>
        <source>Write script=sell, script=still or script=belt.</source>
        <translation>Schreiben Sie script=sell, script=still oder script=belt.</translation>
    </message>
    <message>
        <source>Write the device of a camera, such as usb:/dev/video0.</source>
        <translation>Schreiben Sie das Gerät einer Kamera, zum Beispiel usb:/dev/video0.</translation>
    </message>
    <message>
        <source>Write usb: and the camera&apos;s number or device, such as usb:0 or usb:/dev/video0.</source>
        <translation>Schreiben Sie usb: und die Nummer oder das Gerät der Kamera, zum Beispiel usb:0 oder usb:/dev/video0.</translation>
    </message>
    <message>
        <source>You may not use the camera at %1.</source>
        <translation>Sie dürfen die Kamera an %1 nicht benutzen.</translation>
    </message>
    <message>
        <source>attempt to write a readonly database</source>
        <translation>sie ist schreibgeschützt</translation>
    </message>
    <message>
        <source>database disk image is malformed</source>
        <translation>ihr Inhalt ist zerstört</translation>
    </message>
    <message>
        <source>disk I/O error</source>
        <translation>Ein-/Ausgabefehler</translation>
    </message>
    <message>
        <source>does not show whether its last class is “nothing” (decoder detr) or an item (decoder dino)</source>
        <translation>zeigt nicht, ob seine letzte Klasse „nichts“ ist (Decoder detr) oder ein Artikel (Decoder dino)</translation>
    </message>
    <message>
        <source>does not show whether the number behind each box is the belief in any item (decoder yolov5) or in its first class (decoder yolov8)</source>
        <translation>zeigt nicht, ob die Zahl hinter jedem Kasten für irgendeinen Artikel steht (Decoder yolov5) oder für seine erste Klasse (Decoder yolov8)</translation>
    </message>
    <message>
        <source>file is not a database</source>
        <translation>die Datei ist keine Datenbank</translation>
    </message>
    <message>
        <source>it gives no reason</source>
        <translation>kein Grund angegeben</translation>
    </message>
    <message>
        <source>lists no box for the picture, so that pixels and fractions cannot be told apart</source>
        <translation>nennt für das Bild keinen Kasten, sodass sich Pixel und Anteile nicht unterscheiden lassen</translation>
    </message>
    <message>
        <source>no reason given.</source>
        <translation>kein Grund angegeben.</translation>
    </message>
    <message>
        <source>returns %1 and %2 numbers, not centers 1×classes×rows×columns with sides 1×4×rows×columns</source>
        <translation>liefert %1 und %2 Zahlen, nicht Mitten 1×Klassen×Zeilen×Spalten mit Seiten 1×4×Zeilen×Spalten</translation>
    </message>
    <message>
        <source>returns %1 boxes and a count that does not fit them</source>
        <translation>liefert %1 Rahmen und eine Anzahl, die nicht dazu passt</translation>
    </message>
    <message>
        <source>returns %1 logits and %2 boxes, not 1×Q×C and 1×Q×4</source>
        <translation>liefert %1 Logits und %2 Rahmen, nicht 1×Q×C und 1×Q×4</translation>
    </message>
    <message>
        <source>returns %1 numbers, and YOLOX at %2×%3 returns 1×%4×(5 + classes)</source>
        <translation>liefert %1 Zahlen, und YOLOX liefert bei %2×%3 1×%4×(5 + Klassen)</translation>
    </message>
    <message>
        <source>returns %1 numbers, not 1×(4 + classes)×N or 1×N×(5 + classes)</source>
        <translation>liefert %1 Zahlen, nicht 1×(4 + Klassen)×N oder 1×N×(5 + Klassen)</translation>
    </message>
    <message>
        <source>returns %1 numbers, not 1×(5 + classes)×rows×columns</source>
        <translation>liefert %1 Zahlen, nicht 1×(5 + Klassen)×Zeilen×Spalten</translation>
    </message>
    <message>
        <source>returns %1 numbers, not 1×N×6</source>
        <translation>liefert %1 Zahlen, nicht 1×N×6</translation>
    </message>
    <message>
        <source>returns %1 numbers, not a row for each cell</source>
        <translation>liefert %1 Zahlen, nicht eine Zeile je Zelle</translation>
    </message>
    <message>
        <source>returns %1×%2 scores and %3×%4 distances, and NanoDet at %5×%6 has %7 cells</source>
        <translation>liefert %1×%2 Werte und %3×%4 Abstände, und NanoDet hat bei %5×%6 %7 Zellen</translation>
    </message>
    <message>
        <source>returns boxes that reach %1, not fractions of the picture</source>
        <translation>liefert Rahmen bis %1, nicht Bruchteile des Bildes</translation>
    </message>
    <message>
        <source>returns class beliefs that do not sum to 1, as FastestDet&apos;s do</source>
        <translation>liefert Sicherheiten der Klassen, deren Summe nicht 1 ist wie bei FastestDet</translation>
    </message>
    <message>
        <source>returns lists that do not fit each other (%1)</source>
        <translation>liefert Listen, die nicht zueinander passen (%1)</translation>
    </message>
    <message>
        <source>returns numbers from 0 to 1 where DETR has logits</source>
        <translation>liefert Zahlen von 0 bis 1, wo DETR Logits hat</translation>
    </message>
    <message>
        <source>returns numbers that mean nothing (not finite)</source>
        <translation>liefert Zahlen, die nichts bedeuten (nicht endlich)</translation>
    </message>
    <message>
        <source>returns scores and distances as NanoDet does, in one tensor on three grids, which leaves open from where in a cell they count</source>
        <translation>liefert Werte und Abstände wie NanoDet, in einem Tensor auf drei Gittern; offen bleibt, von wo in einer Zelle sie zählen</translation>
    </message>
    <message>
        <source>returns scores from %1 to %2, not within 0–1</source>
        <translation>liefert Werte von %1 bis %2, nicht von 0 bis 1</translation>
    </message>
    <message>
        <source>returns scores of %1 classes, and the card names %2</source>
        <translation>liefert Werte für %1 Klassen, und die Karte nennt %2</translation>
    </message>
    <message>
        <source>unable to open database file</source>
        <translation>die Datei lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>“%1” is not a currency.</source>
        <translation>„%1“ ist keine Währung.</translation>
    </message>
    <message>
        <source>“%1” is not a price that can be charged.</source>
        <translation>„%1“ ist kein Preis, der sich verlangen lässt.</translation>
    </message>
    <message>
        <source>“%1” is not a price.</source>
        <translation>„%1“ ist kein Preis.</translation>
    </message>
    <message>
        <source>“%1” is not a setting.</source>
        <translation>„%1“ ist keine Option.</translation>
    </message>
    <message>
        <source>“%1” is not the name of a stored picture.</source>
        <translation>„%1“ ist nicht der Name eines gespeicherten Bildes.</translation>
    </message>
</context>
<context>
    <name>CoreWords</name>
    <message>
        <source>English</source>
        <translation>Deutsch</translation>
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
    <message>
        <source>1 shot</source>
        <translation>1 Aufnahme</translation>
    </message>
</context>
<context>
    <name>Counted</name>
    <message>
        <source>1 product</source>
        <translation>1 Produkt</translation>
    </message>
    <message>
        <source>{count} products</source>
        <translation>{count} Produkte</translation>
    </message>
    <message>
        <source>1 reference</source>
        <translation>1 Referenz</translation>
    </message>
    <message>
        <source>{count} references</source>
        <translation>{count} Referenzen</translation>
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
        <source>Its shot is here again.</source>
        <translation>Seine Aufnahme ist wieder da.</translation>
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
        <source>Discard 1 shot?</source>
        <translation>1 Aufnahme verwerfen?</translation>
    </message>
    <message>
        <source>They cannot be brought back.</source>
        <translation>Sie lassen sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>It cannot be brought back.</source>
        <translation>Sie lässt sich nicht zurückholen.</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>1 reference. Put the next product under the camera.</source>
        <translation>1 Referenz. Legen Sie das nächste Produkt unter die Kamera.</translation>
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
        <source>1 file was left out.</source>
        <translation>1 Datei wurde ausgelassen.</translation>
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
        <source>Nothing was sold on this day.</source>
        <translation>An diesem Tag wurde nichts verkauft.</translation>
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
        <source>1 item</source>
        <translation>1 Artikel</translation>
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
    <name>LineButtons</name>
    <message>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
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
        <source>The clip has ended.</source>
        <translation>Das Video ist zu Ende.</translation>
    </message>
    <message>
        <source>The sale is kept. Choose a camera in the settings, or start Tillsight again to see the clip once more.</source>
        <translation>Der Verkauf bleibt erhalten. Wählen Sie in den Optionen eine Kamera, oder starten Sie Tillsight neu, um das Video noch einmal zu sehen.</translation>
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
        <source>No items</source>
        <translation>Keine Artikel</translation>
    </message>
    <message>
        <source>1 item: {names}</source>
        <translation>1 Artikel: {names}</translation>
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
        <source>The shot is closer to it than to its own product.</source>
        <translation>Die Aufnahme ähnelt ihm mehr als dem eigenen Produkt.</translation>
    </message>
    <message>
        <source>1 of {judged} shots is closer to it than to the others.</source>
        <translation>1 von {judged} Aufnahmen ähnelt ihm mehr als den anderen.</translation>
    </message>
    <message>
        <source>{closer} of {judged} shots are closer to it than to each other.</source>
        <translation>{closer} von {judged} Aufnahmen ähneln ihm mehr als einander.</translation>
    </message>
    <message>
        <source>Show what differs, or enroll both at the same distance.</source>
        <translation>Zeigen Sie, was anders ist, oder lernen Sie beide aus demselben Abstand an.</translation>
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
    <message>
        <source>There are no products yet</source>
        <translation>Es gibt noch keine Produkte</translation>
    </message>
    <message>
        <source>Enroll or import some first.</source>
        <translation>Lernen Sie zuerst welche an, oder importieren Sie welche.</translation>
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
    <name>MissingPriceForm</name>
    <message>
        <source>Price</source>
        <translation>Preis</translation>
    </message>
    <message>
        <source>It counts for this sale. The Catalog keeps a price for good. Type 0 to give it away.</source>
        <translation>Er gilt für diesen Bon. Auf Dauer steht ein Preis bei den Produkten. 0 heißt: verschenkt.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>1 item has no price.</source>
        <translation>1 Artikel hat keinen Preis.</translation>
    </message>
    <message>
        <source>{count} items have no price.</source>
        <translation>{count} Artikel haben keinen Preis.</translation>
    </message>
    <message>
        <source>Price of a kilogram</source>
        <translation>Preis je Kilogramm</translation>
    </message>
    <message>
        <source>Price of one</source>
        <translation>Preis je Stück</translation>
    </message>
    <message>
        <source>Type the price, or 0 to give it away.</source>
        <translation>Geben Sie den Preis ein, oder 0, um es zu verschenken.</translation>
    </message>
</context>
<context>
    <name>Money</name>
    <message>
        <source>no price</source>
        <translation>ohne Preis</translation>
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
        <source>{amount} more since Pay was pressed</source>
        <translation>{amount} mehr seit „Bezahlen“</translation>
    </message>
    <message>
        <source>{amount} less since Pay was pressed</source>
        <translation>{amount} weniger seit „Bezahlen“</translation>
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
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Short date</source>
        <translation>Läuft bald ab</translation>
    </message>
    <message>
        <source>Shelf price</source>
        <translation>Preis am Regal</translation>
    </message>
    <message>
        <source>Discount</source>
        <translation>Rabatt</translation>
    </message>
    <message>
        <source>Type the new price.</source>
        <translation>Geben Sie den neuen Preis ein.</translation>
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
        <source>What you typed about {name} is not saved yet.</source>
        <translation>Was Sie zu {name} eingegeben haben, ist noch nicht gespeichert.</translation>
    </message>
    <message>
        <source>Choose it again to save it.</source>
        <translation>Wählen Sie es noch einmal aus, um es zu speichern.</translation>
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
        <translation>Andere&#xa0;…</translation>
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
        <translation>Suchen&#xa0;…</translation>
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
    <message>
        <source>, 1 warning</source>
        <translation>, 1 Warnung</translation>
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
        <source>The first is 1 point ahead of the second.</source>
        <translation>Das erste liegt 1 Punkt vor dem zweiten.</translation>
    </message>
    <message>
        <source>The first is {lead} points ahead of the second.</source>
        <translation>Das erste liegt {lead} Punkte vor dem zweiten.</translation>
    </message>
</context>
<context>
    <name>ReceiptLanguage</name>
    <message>
        <source>Sale {number}</source>
        <translation>Bon {number}</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>of which tax {rate} %</source>
        <translation>davon MwSt. {rate} %</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>Bezahlt</translation>
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
        <source>cash</source>
        <translation>bar</translation>
    </message>
    <message>
        <source>card</source>
        <translation>mit Karte</translation>
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
        <source>{references} set aside</source>
        <translation>{references} abgelegt</translation>
    </message>
    <message>
        <source>{references} in use again</source>
        <translation>{references} wieder in Gebrauch</translation>
    </message>
    <message>
        <source>{references} moved to {name}</source>
        <translation>{references} nach {name} verschoben</translation>
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
        <source>What you correct here or at the checkout appears here.</source>
        <translation>Was Sie hier oder an der Kasse korrigieren, erscheint hier.</translation>
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
        <source>Name the item: search products</source>
        <translation>Artikel benennen: Produkte suchen</translation>
    </message>
    <message>
        <source>Name the item</source>
        <translation>Artikel benennen</translation>
    </message>
    <message>
        <source>Choose an item to name it</source>
        <translation>Zum Benennen einen Artikel wählen</translation>
    </message>
    <message>
        <source>Choose an item</source>
        <translation>Einen Artikel wählen</translation>
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
        <source>1 other item changed, towards your label.</source>
        <translation>1 anderer Artikel hat sich geändert, hin zu Ihrem Namen.</translation>
    </message>
    <message>
        <source>1 other item changed.</source>
        <translation>1 anderer Artikel hat sich geändert.</translation>
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
        <source>no price in the catalog</source>
        <translation>kein Preis bei den Produkten</translation>
    </message>
    <message>
        <source>given away</source>
        <translation>verschenkt</translation>
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
