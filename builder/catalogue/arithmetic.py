"""A tensor and a number, and functions of every number by itself: x * 0.5, x ** 2, x.exp()."""

from builder.kinds import Kind, Param

FAMILY = "Arithmetic"


def _with_number(name: str, template: str, doc: str, start: float) -> Kind:
    number = Param("number", start, "float", "The number.", required=True)
    return Kind(name, FAMILY, doc, params=(number,), call=template)


def _each(name: str, method: str, doc: str) -> Kind:
    return Kind(name, FAMILY, doc, call=f"{{x}}.{method}()")


KINDS = (
    _with_number("AddNumber", "{x} + {number}", "Adds a number to every number.", 1.0),
    _with_number("SubtractNumber", "{x} - {number}", "Takes a number away from every number.", 1.0),
    _with_number("SubtractFrom", "{number} - {x}", "A number less every number: 1 - gate.", 1.0),
    _with_number("MultiplyNumber", "{x} * {number}", "Multiplies every number: a scale.", 0.5),
    _with_number(
        "DivideNumber", "{x} / {number}", "Divides every number, as attention does its scores.", 2.0
    ),
    _with_number("DivideInto", "{number} / {x}", "A number divided by every number.", 1.0),
    _with_number("Power", "{x} ** {number}", "Raises every number to a power.", 2.0),
    Kind(
        "Clamp",
        FAMILY,
        "Keeps every number between two limits.",
        params=(
            Param("min", 0.0, "float", "The lower limit.", required=True, optional=True),
            Param("max", 1.0, "float", "The upper limit.", required=True, optional=True),
        ),
        call="{x}.clamp({args})",
    ),
    _each("Negative", "neg", "Every number with the other sign."),
    _each("Abs", "abs", "Every number without its sign."),
    _each("Exp", "exp", "e to the power of every number."),
    _each("Log", "log", "The natural logarithm of every number; it takes positive ones."),
    _each("Sqrt", "sqrt", "The square root of every number; it takes positive ones."),
    _each("Sin", "sin", "The sine of every number."),
    _each("Cos", "cos", "The cosine of every number."),
)
