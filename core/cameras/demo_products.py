"""The products of the demo shop: invented brands, with near twins that differ in flavor color or in size."""

from dataclasses import dataclass
from enum import StrEnum

Color = tuple[int, int, int]
"""Red, green, blue, 0–255."""


class Pack(StrEnum):
    """How a pack is built, which decides its outline, its walls and how light falls on it."""

    CARTON = "carton"
    BAG = "bag"
    ROUND_TIN = "round tin"
    FLAT_TIN = "flat tin"
    LYING_TIN = "lying tin"
    BOTTLE = "bottle"
    BAR = "bar"


@dataclass(frozen=True, slots=True)
class Look:
    """What is printed on a pack. Packs of one ``design`` share all art; twins differ in colors and words alone."""

    design: str
    ground: Color
    deep: Color
    accent: Color
    flavor: str
    amount: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of the demo shop. ``price_minor`` in cents, tax included; sides in centimeters as it lies.

    ``width`` and ``length`` are those of the face that the camera sees, ``height`` is how far it stands up.
    """

    name: str
    sku: str
    barcode: str
    price_minor: int
    tax_basis_points: int
    pack: Pack
    look: Look
    width: float
    length: float
    height: float


PRODUCTS: tuple[DemoProduct, ...] = (
    DemoProduct(
        "Oatmere Honey 500 g", "OAT-HON", "2900010000015", 349, 900, Pack.CARTON,
        Look("oats", (250, 196, 74), (196, 96, 18), (255, 240, 200), "HONEY", "500 g"), 12.6, 18.4, 4.6,
    ),
    DemoProduct(
        "Oatmere Cocoa 500 g", "OAT-COC", "2900010000022", 379, 900, Pack.CARTON,
        Look("oats", (176, 118, 82), (84, 42, 24), (250, 230, 206), "COCOA", "500 g"), 12.6, 18.4, 4.6,
    ),
    DemoProduct(
        "Krunelo Paprika 90 g", "KRU-PAP-90", "2900010000039", 189, 900, Pack.BAG,
        Look("chips", (214, 44, 38), (134, 14, 24), (255, 206, 64), "PAPRIKA", "90 g"), 13.6, 18.6, 2.2,
    ),
    DemoProduct(
        "Krunelo Paprika 45 g", "KRU-PAP-45", "2900010000046", 109, 900, Pack.BAG,
        Look("chips", (214, 44, 38), (134, 14, 24), (255, 206, 64), "PAPRIKA", "45 g"), 9.8, 13.4, 1.6,
    ),
    DemoProduct(
        "Krunelo Sea Salt 90 g", "KRU-SAL-90", "2900010000053", 189, 900, Pack.BAG,
        Look("chips", (30, 112, 196), (12, 52, 122), (255, 206, 64), "SEA SALT", "90 g"), 13.6, 18.6, 2.2,
    ),
    DemoProduct(
        "Marvik Tuna in Oil", "MAR-OIL", "2900010000060", 229, 900, Pack.ROUND_TIN,
        Look("tuna", (22, 44, 92), (12, 26, 62), (244, 190, 60), "IN OIL", "160 g"), 9.4, 9.4, 3.6,
    ),
    DemoProduct(
        "Marvik Tuna in Brine", "MAR-BRI", "2900010000077", 219, 900, Pack.ROUND_TIN,
        Look("tuna", (22, 44, 92), (12, 26, 62), (96, 206, 226), "IN BRINE", "160 g"), 9.4, 9.4, 3.6,
    ),
    DemoProduct(
        "Fizzaro Orange 0.33 l", "FIZ-ORA", "2900010000084", 149, 2100, Pack.BOTTLE,
        Look("soda", (246, 138, 26), (206, 84, 8), (255, 226, 92), "ORANGE", "0.33 l"), 6.4, 18.6, 6.4,
    ),
    DemoProduct(
        "Fizzaro Lemon 0.33 l", "FIZ-LEM", "2900010000091", 149, 2100, Pack.BOTTLE,
        Look("soda", (240, 222, 66), (196, 168, 16), (250, 250, 190), "LEMON", "0.33 l"), 6.4, 18.6, 6.4,
    ),
    DemoProduct(
        "Sugosole Tomatoes 400 g", "SUG-TOM", "2900010000107", 99, 900, Pack.LYING_TIN,
        Look("tomatoes", (244, 236, 214), (40, 98, 52), (206, 40, 32), "CHOPPED", "400 g"), 7.6, 11.2, 7.6,
    ),
    DemoProduct(
        "Noctelle Dark Chocolate", "NOC-DRK", "2900010000114", 259, 900, Pack.BAR,
        Look("chocolate", (46, 28, 78), (22, 12, 44), (232, 190, 110), "DARK 72 %", "100 g"), 7.8, 16.4, 1.0,
    ),
    DemoProduct(
        "Fernlow Green Tea", "FER-GRN", "2900010000121", 299, 900, Pack.CARTON,
        Look("tea", (206, 226, 168), (38, 92, 62), (250, 250, 240), "GREEN TEA", "20 bags"), 13.2, 8.0, 5.6,
    ),
    DemoProduct(
        "Orchelle Apple Juice", "ORC-APP", "2900010000138", 199, 2100, Pack.CARTON,
        Look("juice", (224, 240, 170), (84, 146, 40), (214, 40, 44), "APPLE", "0.5 l"), 7.2, 15.4, 5.4,
    ),
    DemoProduct(
        "Pilvari Sardines", "PIL-SAR", "2900010000145", 179, 900, Pack.FLAT_TIN,
        Look("sardines", (232, 92, 66), (20, 64, 92), (250, 232, 190), "SARDINES", "125 g"), 11.0, 7.2, 2.4,
    ),
)  # fmt: skip
"""Everything that the demo shop sells."""
