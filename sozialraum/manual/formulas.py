r"""Formulas of docstrings as MathML, which browsers set without a script.

Read is the part of LaTeX that our docstrings use: ``\frac``, ``\sqrt``, ``\bar``,
``\operatorname``, indices and powers, sums, products and Greek letters.
"""

from __future__ import annotations

import re

from sozialraum.publish.escape import markup

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\[,;! ]|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_SIGNS = {
    "sum": "∑", "prod": "∏", "pm": "±", "mp": "∓", "le": "≤", "ge": "≥", "partial": "∂",
    "cdot": "·", "times": "×", "in": "∈", "neq": "≠", "approx": "≈", "infty": "∞", "int": "∫",
    "ldots": "…", "cdots": "⋯", "to": "→", "sim": "∼", "ne": "≠", "lt": "&lt;", "gt": "&gt;",
    "ll": "≪",
    "mid": "|", "propto": "∝", "cup": "∪", "cap": "∩", "subset": "⊂", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "forall": "∀", "star": "⋆", "circ": "∘",
    "otimes": "⊗",
}  # fmt: skip
_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ",
    "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "theta": "θ", "phi": "φ",
    "omega": "ω", "Phi": "Φ", "Delta": "Δ", "Sigma": "Σ", "ell": "ℓ", "eta": "η", "chi": "χ",
    "nu": "ν", "xi": "ξ", "psi": "ψ",
    "kappa": "κ", "zeta": "ζ", "varepsilon": "ε", "varphi": "φ", "Gamma": "Γ", "Lambda": "Λ",
    "Omega": "Ω", "Pi": "Π", "Psi": "Ψ", "Theta": "Θ",
}  # fmt: skip
_NAMES = ("max", "min", "log", "ln", "exp", "arcsin", "arg", "det", "sin", "cos", "sup", "inf")
_OVER = {"bar": "¯", "hat": "^", "tilde": "~", "overline": "¯"}
_OPERATORS = "+-−*/=<>,;:!'"
_BRACKETS = "()[]|"
# letters that make a word, as in x_{worst}; two are two indices
_WORD = re.compile(r"(<mi>[a-z]</mi>){3,}")
_ENTITIES = {"*": "&#42;", "_": "&#95;", "-": "−", "[": "&#91;", "]": "&#93;", "'": "′"}


def mathml(formula: str) -> str:
    r"""Return a formula as MathML.

    Raises
    ------
    ValueError
        If a command or a brace is not understood.

    Examples
    --------
    >>> mathml(r"\frac{a}{2}")
    '<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>'
    """
    tokens = [t for t in _TOKEN.findall(formula) if not t.isspace()]
    tokens.reverse()
    parts = _row(tokens)
    if tokens:
        message = f"A brace of the formula {formula!r} is not opened."
        raise ValueError(message)
    return f"<math>{''.join(parts)}</math>"


def _row(tokens: list[str]) -> list[str]:
    """Read parts up to a closing brace or the end; the next token is the last of the list."""
    parts: list[str] = []
    while tokens and tokens[-1] != "}":
        token = tokens.pop()
        if token in "^_" and parts:
            parts.append(_script(token, parts.pop(), tokens))
        else:
            parts.append(_part(token, tokens))
    return parts


def _script(token: str, base: str, tokens: list[str]) -> str:
    """Return a base with its index, its power or both."""
    given = {token: _argument(tokens)}
    if tokens and tokens[-1] in "^_" and tokens[-1] != token:
        other = tokens.pop()
        given[other] = _argument(tokens)
    if len(given) == 2:
        return f"<msubsup>{base}{given['_']}{given['^']}</msubsup>"
    tag = "msup" if "^" in given else "msub"
    return f"<{tag}>{base}{given[token]}</{tag}>"


def _argument(tokens: list[str]) -> str:
    """Return what stands in braces, or the one part that follows."""
    if not tokens:
        message = "A formula ends where a part is missing."
        raise ValueError(message)
    token = tokens.pop()
    return _part(token, tokens)


def _part(token: str, tokens: list[str]) -> str:
    """Return one part of a row."""
    if token == "{":
        parts = _row(tokens)
        if not tokens:
            message = "A brace of a formula is not closed."
            raise ValueError(message)
        tokens.pop()
        inner = "".join(parts)
        if _WORD.fullmatch(inner):
            return f"<mi>{re.sub(r'</?mi>', '', inner)}</mi>"
        return inner if len(parts) == 1 else f"<mrow>{inner}</mrow>"
    if token.startswith("\\"):
        return _command(token[1:], tokens)
    if token[0].isdigit():
        return f"<mn>{token}</mn>"
    if token in _BRACKETS:
        return f'<mo stretchy="false">{_ENTITIES.get(token, token)}</mo>'
    if token in _OPERATORS:
        return f"<mo>{_ENTITIES.get(token, markup(token))}</mo>"
    return f"<mi>{_ENTITIES.get(token, markup(token))}</mi>"


def _command(name: str, tokens: list[str]) -> str:
    """Return what a command of LaTeX stands for."""
    if name == "frac":
        return f"<mfrac>{_argument(tokens)}{_argument(tokens)}</mfrac>"
    if name == "sqrt":
        return f"<msqrt>{_argument(tokens)}</msqrt>"
    if name in _OVER:
        return f"<mover>{_argument(tokens)}<mo>{_OVER[name]}</mo></mover>"
    if name in ("operatorname", "mathrm", "text", "mathbf", "mathit"):
        word = re.sub(r"<[^>]+>", "", _argument(tokens))
        return f"<mi>{word}</mi>"
    if name in _SIGNS:
        return f"<mo>{_SIGNS[name]}</mo>"
    if name in _LETTERS or name in _NAMES:
        return f"<mi>{_LETTERS.get(name, name)}</mi>"
    if name in ("quad", "qquad", "left", "right") or not name.isalpha():
        return '<mspace width="1em"/>' if name.endswith("quad") else ""
    message = f"Formulas know no command \\{name}."
    raise ValueError(message)
