"""Packs with invented label art: brands whose products are near twins, in another flavor or another size."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_canvas import Canvas, blend
from models.training.embedder.pictures import Kind, Picture, Pixels, shrink

Color = tuple[int, int, int]
Floats = npt.NDArray[np.float32]

PICTURES = 5
"""Of every product: other creases, another part of a tin's label to the front, another light."""

_SIDE = 240
_SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ra",
    "ten",
    "vo",
    "shi",
    "bel",
    "nu",
    "dor",
    "pa",
    "ze",
    "rio",
    "gan",
    "fe",
    "lux",
    "ta",
    "mor",
    "qui",
    "sa",
)
_FLAVORS = (
    "SALTED",
    "KETCHUP",
    "VINEGAR",
    "CHILI",
    "ONION",
    "LEMON",
    "COCOA",
    "HONEY",
    "MINT",
    "BERRY",
    "CLASSIC",
    "LIGHT",
    "ORANGE",
    "VANILLA",
    "CHEESE",
)
_AMOUNTS = ("30 g", "45 g", "90 g", "150 g", "250 ml", "0.5 l", "1 l", "12 ×", "400 g")
_FORMS = ("bag", "bag", "bag", "carton", "carton", "tin", "bottle", "round")


@dataclass(frozen=True, slots=True)
class _Brand:
    """What all products of a brand share."""

    seed: int
    name: str
    form: str
    ground: Color
    deep: Color
    width: float
    length: float


def draw_kinds(brands: int, seed: int) -> list[Kind]:
    """Three to five near twins of each brand; the same seed draws the same."""
    kinds = []
    for number in range(brands):
        rng = np.random.default_rng([seed, number])
        form = str(rng.choice(_FORMS))
        width = float(rng.uniform(5, 9))
        shape = {"round": 1.0, "tin": float(rng.uniform(0.8, 1.6)), "bottle": float(rng.uniform(2.2, 3.2))}
        brand = _Brand(
            seed=int(rng.integers(2**31)),
            name="".join(rng.choice(_SYLLABLES, int(rng.integers(2, 4)))).capitalize(),
            form=form,
            ground=_color(rng),
            deep=_color(rng, darkest=10, brightest=120),
            width=width,
            length=width * shape.get(form, float(rng.uniform(0.7, 1.9))),
        )
        flavors = rng.choice(_FLAVORS, 4, replace=False)
        for twin in range(int(rng.integers(3, 6))):
            kinds.append(_draw_twin(brand, number, twin, str(flavors[max(0, twin - 1)]), is_larger=twin == 1))
    return kinds


def _draw_twin(brand: _Brand, number: int, twin: int, flavor: str, *, is_larger: bool) -> Kind:
    """The first two twins differ in size alone: other proportions and another amount; the others in flavor."""
    rng = np.random.default_rng([brand.seed, twin])
    stretch = float(rng.uniform(1.1, 1.35)) if is_larger else 1.0
    tone = np.random.default_rng([brand.seed, 99, max(0, twin - 1)])
    art = _print_label(brand, flavor, str(rng.choice(_AMOUNTS)), _color(tone), stretch)
    pictures = tuple(_form(art, brand.form, np.random.default_rng([brand.seed, twin, n])) for n in range(PICTURES))
    return Kind(f"drawn {number} {twin}", "drawn", f"drawn {number}", pictures)


def _print_label(brand: _Brand, flavor: str, amount: str, accent: Color, stretch: float) -> Pixels:
    """Flat art: the brand's seed decides the layout, the accent and the words are the twin's own."""
    rng = np.random.default_rng(brand.seed)
    w, h = brand.width, brand.length * stretch
    ground = brand.ground if rng.random() < 0.6 else accent
    c = Canvas(w, h, ground)
    if rng.random() < 0.6:
        c.fade(blend(ground, (255, 255, 255), float(rng.uniform(0, 0.5))), blend(ground, brand.deep, 0.5))
    if rng.random() < 0.4:
        c.rays(
            w / 2, h * float(rng.uniform(0.3, 0.7)), w + h, blend(ground, accent, 0.5), count=int(rng.integers(8, 24))
        )
    for _ in range(int(rng.integers(1, 5))):
        tone = (accent, brand.deep, blend(accent, (255, 255, 255), 0.5), _color(rng))[int(rng.integers(4))]
        x, y = float(rng.uniform(0, w)), float(rng.uniform(0, h))
        size = float(rng.uniform(0.12, 0.4)) * min(w, h)
        shape = int(rng.integers(6))
        if shape == 0:
            c.ellipse(x, y, size, size * float(rng.uniform(0.4, 1)), tone, angle=float(rng.uniform(0, 180)))
        elif shape == 1:
            c.box(0, y, w, y + size, tone)
        elif shape == 2:
            c.ring(x, y, size, tone, thickness=size / 4)
        elif shape == 3:
            c.polygon([(0, y), (w, y - size), (w, y + size), (0, y + 2 * size)], tone)
        elif shape == 4:
            for leaf in range(3):
                c.leaf(x, y, 2 * size, tone, brand.deep, angle=float(leaf * 50 + 360 * rng.random()))
        else:
            for _ in range(9):
                dx, dy = rng.normal(size=2) * size
                c.ellipse(x + dx, y + dy, size / 3, size / 4, tone, angle=float(rng.uniform(0, 180)))
    middle = h * float(rng.uniform(0.18, 0.4))
    if rng.random() < 0.6:
        c.ellipse(w / 2, middle, w * 0.46, h * 0.13, blend(brand.deep, accent, 0.2 * float(rng.random())))
    c.text(w / 2, middle, brand.name, (252, 250, 244), size=h * 0.2, weight=0.04, outline=(brand.deep, 0.08),
           angle=float(rng.uniform(-12, 12)), widest=w * 0.85)  # fmt: skip
    low = h * float(rng.uniform(0.55, 0.8))
    c.box(w * 0.12, low - h * 0.06, w * 0.88, low + h * 0.06, accent, radius=0.3)
    c.text(w / 2, low, flavor, _against(accent), size=h * 0.1, weight=0.04, widest=w * 0.7)
    c.text(w * float(rng.uniform(0.25, 0.75)), h * 0.93, amount, _against(ground), size=h * 0.08, widest=w * 0.4)
    return shrink(c.pixels, _SIDE)


def _form(art: Pixels, form: str, rng: np.random.Generator) -> Picture:
    """The art on a pack, lit, with its outline in the middle of a gray margin."""
    face = art.astype(np.float32)
    height, width = face.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    mask = np.full((height, width), 255, np.uint8)
    if form == "bag":
        face = _crease(face, rng)
        seal = np.abs(y) > 0.9
        face = np.where((seal & (np.sin(y * 260) > 0))[..., None], face * 0.88, face)
    elif form in {"tin", "bottle"}:
        roll = float(rng.uniform(0, 1) if form == "tin" else rng.uniform(-0.15, 0.15))
        columns = np.mod((np.arcsin(x) / np.pi * 0.9 + 0.5 + roll) * width, width - 1)
        rows = np.clip((y + 1) / 2 * height + 6 * np.sqrt(1 - x**2) - 3, 0, height - 1)
        around, down = np.broadcast_arrays(columns.astype(np.float32), rows.astype(np.float32))
        face = cv2.remap(face, np.ascontiguousarray(around), np.ascontiguousarray(down + 0 * x), cv2.INTER_LINEAR)
        shade = 0.4 + 0.65 * np.sqrt(np.clip(1 - x**2, 0, 1))
        spark = 70 * np.exp(-(((x + float(rng.uniform(-0.5, 0.5))) / 0.1) ** 2))
        face = face * shade[..., None] + spark[..., None]
        if form == "bottle":
            neck = np.clip((y + 1.0) / 0.55, 0, 1)
            mask = np.where(np.abs(x) < 0.35 + 0.65 * neck**1.5, 255, 0).astype(np.uint8)
    elif form == "round":
        away = np.hypot(x, y)
        mask = np.where(away < 1, 255, 0).astype(np.uint8)
        face = np.where((away > 0.86)[..., None], 190 + 40 * np.cos(3 * np.arctan2(y, x))[..., None], face)
    else:
        face = face * (1 + 0.1 * float(rng.normal()) * x + 0.1 * float(rng.normal()) * y)[..., None]
    border = 12
    pixels = cv2.copyMakeBorder(np.clip(face, 0, 255).astype(np.uint8), *(border,) * 4, cv2.BORDER_REPLICATE)
    mask = np.asarray(cv2.copyMakeBorder(mask, *(border,) * 4, cv2.BORDER_CONSTANT, value=0), np.uint8)
    contour = max(cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0], key=len)
    return Picture(np.asarray(pixels, np.uint8), contour.reshape(-1, 2).astype(np.float32), mask)


def _crease(face: Floats, rng: np.random.Generator) -> Floats:
    """Foil: the art bends and light and dark run over it."""
    height, width = face.shape[:2]
    heights = np.zeros((height, width), np.float32)
    for cells, strength in ((4, 10.0), (9, 4.0), (20, 1.2)):
        bumps = rng.normal(size=(cells, cells)).astype(np.float32) * strength
        heights += cv2.resize(bumps, (width, height), interpolation=cv2.INTER_CUBIC)
    down, across = np.gradient(heights)
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    bent = cv2.remap(face, (grid_x + 4 * across).astype(np.float32), (grid_y + 4 * down).astype(np.float32),
                     cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip
    slope = across * float(rng.uniform(-1, 1)) + down * float(rng.uniform(-1, 1))
    shine = np.clip(slope - 0.5, 0, 1) * float(rng.uniform(0, 160))
    return np.asarray(bent * np.clip(1 + 0.5 * slope, 0.45, 1.35)[..., None] + shine[..., None], np.float32)


def _color(rng: np.random.Generator, darkest: int = 20, brightest: int = 245) -> Color:
    hue = np.uint8([[[rng.integers(180), rng.integers(90, 256), rng.integers(darkest, brightest)]]])
    red, green, blue = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].tolist()
    return red, green, blue


def _against(color: Color) -> Color:
    return (250, 250, 246) if sum(color) < 380 else (26, 24, 30)
