"""Reads from source code, without running it, which texts an expression can have: literals with fields between them."""

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Function = ast.FunctionDef | ast.AsyncFunctionDef
Text = tuple[str | None, ...]
"""Literal parts; ``None`` is a field, of which nothing is known before the program runs."""

FIELD: Text = (None,)
_FORMAT_FIELD = re.compile(r"\{\w*\}")
_QUOTES = ("“", "'")
_LETTER = re.compile(r"[^\W\d_]")
_DEEPEST = 12
_MOST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its module and the function around it, innermost."""

    module: str
    function: Function | None = None


@dataclass
class _Found:
    """What is looked up by name, over all modules."""

    functions: dict[str, list[tuple[Place, Function]]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[tuple[Place, ast.Call]]] = field(default_factory=lambda: defaultdict(list))
    constants: dict[tuple[str, str], ast.expr] = field(default_factory=dict)
    imports: dict[tuple[str, str], str] = field(default_factory=dict)


class SourceTexts:
    """The texts of expressions in these modules, whose syntax trees are given by their dotted names."""

    def __init__(self, modules: Mapping[str, ast.Module]) -> None:
        self._found = _Found()
        self._path: list[tuple[ast.AST, int]] = []
        for name, tree in modules.items():
            self._note(tree, Place(name))

    def calls_of(self, name: str) -> list[tuple[Place, ast.Call]]:
        """Every call of something with this name, be it a function, a method or a class."""
        return self._found.calls[name]

    def texts(self, expression: ast.expr, place: Place) -> list[Text]:
        """Every text that the expression can have; ``FIELD`` among them for what cannot be read."""
        if len(self._path) > _DEEPEST or (expression, -1) in self._path:
            return [FIELD]
        self._path.append((expression, -1))
        try:
            found = [_joined(text) for text in self._read(expression, place)]
        finally:
            self._path.pop()
        return list(dict.fromkeys(found)) if len(found) <= _MOST else [FIELD]

    def _note(self, node: ast.AST, place: Place) -> None:
        for child in ast.iter_child_nodes(node):
            inner = place
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._found.functions[child.name].append((place, child))
                    inner = Place(place.module, child)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                    self._found.calls[name].append((place, child))
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if place.function is None:
                    self._found.constants[place.module, name] = value
                case ast.ImportFrom(module=str(module)):
                    for alias in child.names:
                        self._found.imports[place.module, alias.asname or alias.name] = module
            self._note(child, inner)

    def _read(self, expression: ast.expr, place: Place) -> list[Text]:
        found: list[Text]
        match expression:
            case ast.Constant(value=str(literal)):
                found = [(literal,)]
            case ast.JoinedStr(values=parts):
                after = [None, *parts]
                found = self._product([self._part(*pair, place) for pair in zip(parts, after, strict=False)])
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                found = self._product([self.texts(left, place), self.texts(right, place)])
            case ast.IfExp(body=body, orelse=other):
                found = [*self.texts(body, place), *self.texts(other, place)]
            case ast.BoolOp(op=ast.Or(), values=values):
                found = [text for value in values for text in self.texts(value, place)]
            case ast.Call(func=ast.Attribute(attr="format", value=pattern)):
                found = [_with_fields(text) for text in self.texts(pattern, place)]
            case ast.Call():
                found = self._returned(expression, place)
            case ast.Name(id=name):
                found = self._named(name, place)
            case _:
                found = [FIELD]
        return found

    def _part(self, part: ast.expr, after: ast.expr | None, place: Place) -> list[Text]:
        """A literal of an f-string, or a field with the words that it can be.

        What is quoted is a name, and what a function makes of a value is mostly a figure or a list.
        """
        if not isinstance(part, ast.FormattedValue):
            return self.texts(part, place)
        is_quoted = isinstance(after, ast.Constant) and str(after.value).endswith(_QUOTES)
        is_made = isinstance(part.value, ast.Call) and isinstance(part.value.func, ast.Name)
        if is_quoted or is_made or part.format_spec is not None:
            return [FIELD]
        texts = self.texts(part.value, place)
        return list(dict.fromkeys(text if _is_told(text) or text == ("",) else FIELD for text in texts))

    def _product(self, parts: list[list[Text]]) -> list[Text]:
        return [tuple(itertools.chain(*texts)) for texts in itertools.product(*parts)]

    def _named(self, name: str, place: Place) -> list[Text]:
        texts: list[Text] = []
        if place.function is not None:
            for value, path, origin in self._bindings(name, place.function, place):
                texts += self._picked(value, path, origin)
        if texts:
            return texts
        module = place.module
        while (module, name) in self._found.imports:
            module = self._found.imports[module, name]
        constant = self._found.constants.get((module, name))
        return self.texts(constant, Place(module)) if constant is not None else [FIELD]

    def _bindings(
        self, name: str, function: Function, place: Place
    ) -> Iterator[tuple[ast.expr | None, tuple[int, ...], Place]]:
        """What a local name is bound to: an expression, and the way into it where it is taken apart."""
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[target], value=value) | ast.NamedExpr(target=target, value=value):
                    for path in _ways_to(name, target):
                        yield value, path, place
                case ast.For(target=target, iter=value):
                    for path in _ways_to(name, target):
                        for element in self._elements(value, place):
                            yield element, path, place
                case ast.ExceptHandler(name=bound) | ast.withitem(optional_vars=ast.Name(id=bound)) if bound == name:
                    yield None, (), place
        for argument, origin in self._arguments(name, function):
            yield argument, (), origin

    def _elements(self, value: ast.expr, place: Place) -> list[ast.expr | None]:
        """What a loop goes through, where it is written out."""
        match value:
            case ast.Call(func=ast.Attribute(attr="items", value=ast.Name(id=name))):
                table = self._found.constants.get((place.module, name))
                if isinstance(table, ast.Dict):
                    pairs = zip(table.keys, table.values, strict=True)
                    return [ast.Tuple([key, element], ast.Load()) for key, element in pairs if key is not None]
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return list(elements)
        return [None]

    def _arguments(self, name: str, function: Function) -> Iterator[tuple[ast.expr | None, Place]]:
        """What callers hand over for a parameter."""
        listed = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if name not in [*listed, *(argument.arg for argument in function.args.kwonlyargs)]:
            return
        is_method = listed[:1] in (["self"], ["cls"])
        # Which of the many ``__init__`` is called, the name does not tell.
        for origin, call in [] if function.name == "__init__" else self._found.calls[function.name]:
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            taken = listed[1:] if is_method else listed
            given |= dict(zip(taken, call.args, strict=False))
            if name in given:
                yield given[name], origin
            elif None in given or len(call.args) > len(taken):
                yield None, origin
        for default, argument in zip(function.args.defaults[::-1], function.args.args[::-1], strict=False):
            if argument.arg == name:
                yield default, Place("")

    def _picked(self, value: ast.expr | None, path: tuple[int, ...], place: Place) -> list[Text]:
        """The texts of what is found in ``value`` on the way ``path`` into it."""
        if value is None or len(self._path) > _DEEPEST:
            return [FIELD]
        if not path:
            return self.texts(value, place)
        match value:
            case ast.Tuple(elts=elements) if path[0] < len(elements):
                return self._picked(elements[path[0]], path[1:], place)
            case ast.IfExp(body=body, orelse=other):
                return [*self._picked(body, path, place), *self._picked(other, path, place)]
            case ast.Call():
                return self._returned(value, place, path)
        return [FIELD]

    def _returned(self, call: ast.Call, place: Place, path: tuple[int, ...] = ()) -> list[Text]:
        """What a function of these modules gives back; every one of that name is looked at."""
        match call.func:
            case ast.Name(id=name):
                module = self._found.imports.get((place.module, name), place.module)
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                module = place.module
            case _:
                return [FIELD]
        if (call, len(path)) in self._path:
            return [FIELD]
        self._path.append((call, len(path)))
        try:
            return [
                text
                for origin, function in self._found.functions[name]
                if origin.module == module
                for value in _results(function)
                for text in self._picked(value, path, Place(module, function))
            ] or [FIELD]
        finally:
            self._path.pop()


def has_words(text: Text) -> bool:
    """Whether a literal part has letters."""
    return any(part is not None and _LETTER.search(part) for part in text)


def _is_told(text: Text) -> bool:
    """Whether it is words rather than, say, a path that is put together."""
    return has_words(text) and (None not in text or any(" " in part for part in text if part is not None))


def _results(function: Function) -> list[ast.expr]:
    returned = (node.value for node in ast.walk(function) if isinstance(node, ast.Return))
    return [
        value
        for value in returned
        if value is not None and not (isinstance(value, ast.Constant) and not isinstance(value.value, str))
    ]


def _ways_to(name: str, target: ast.expr) -> Iterator[tuple[int, ...]]:
    match target:
        case ast.Name(id=bound) if bound == name:
            yield ()
        case ast.Tuple(elts=elements):
            for place, element in enumerate(elements):
                for way in _ways_to(name, element):
                    yield (place, *way)


def _with_fields(text: Text) -> Text:
    """The places that ``str.format`` fills become fields."""
    parts: list[str | None] = []
    for part in text:
        if part is None:
            parts.append(None)
        else:
            literals = _FORMAT_FIELD.split(part)
            parts += [piece for literal in literals for piece in (literal, None)][:-1]
    return _joined(tuple(parts))


def _joined(text: Text) -> Text:
    """Neighboring literals become one, neighboring fields too."""
    parts: list[str | None] = []
    for is_field, group in itertools.groupby(text, lambda part: part is None):
        literal = "".join(part for part in group if part is not None)
        if is_field:
            parts.append(None)
        elif literal:
            parts.append(literal)
    return tuple(parts) if parts else ("",)
