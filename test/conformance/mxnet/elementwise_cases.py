"""MXNet's elementwise functions, with scalars and with broadcasting, and its reductions, in every spelling of a symbol."""

from model import operator

IMAGE = (1, 6, 9, 11)
ELEMENTWISE = []


def add(name, build, *shapes, **settings):
    ELEMENTWISE.append((name, build, shapes, settings))


def between(low, high, shape=IMAGE):
    return lambda random: random.uniform(low, high, shape)


def whole(low, high, shape=IMAGE):
    return lambda random: random.integers(low, high, shape)


def apply(kind, **attributes):
    return lambda *inputs: operator(kind)(*inputs, name="out", **attributes)


# Elementwise functions, over values where they are defined and not flat
REAL = "abs sign rint ceil floor trunc round fix square cbrt exp expm1 sin cos arctan sinh cosh tanh arcsinh degrees radians erf negative relu sigmoid softsign"
for kind in REAL.split():
    add(f"unary-{kind}", apply(kind), between(-3, 3))
for kind in "sqrt rsqrt rcbrt log log10 log2 log1p reciprocal".split():
    add(f"unary-{kind}", apply(kind), between(0.3, 4))
for kind in "tan arcsin arccos arctanh".split():
    add(f"unary-{kind}", apply(kind), between(-0.9, 0.9))
for kind in ("gamma", "gammaln"):
    add(f"unary-{kind}", apply(kind), between(0.2, 6))
    # Away from the poles.
    add(f"unary-{kind}-negative", apply(kind), lambda random: random.integers(-4, 0, (1, 4, 5, 6)) + random.uniform(0.1, 0.9, (1, 4, 5, 6)))
add("unary-gammaln-large", apply("gammaln"), between(20, 500))
add("unary-erfinv", apply("erfinv"), between(-0.99, 0.99))
add("unary-erfinv-tails", apply("erfinv"), lambda random: 1 - 10 ** random.uniform(-6, -1, (1, 4, 5, 6)))
add("unary-arccosh", apply("arccosh"), between(1.2, 5))
add("unary-logical_not", apply("logical_not"), whole(0, 2))
add("unary-hard_sigmoid", apply("hard_sigmoid"), between(-4, 4))
add("unary-hard_sigmoid-settings", apply("hard_sigmoid", alpha=0.1, beta=0.4), between(-8, 8))
add("unary-identity", lambda x: operator("identity")(x) + 1)
add("unary-copy", lambda x: operator("_copy")(x) * 2)
add("unary-smooth_l1", apply("smooth_l1", scalar=1.5))
add("clip", apply("clip", a_min=-0.5, a_max=0.7))
add("clip-relu6", apply("clip", a_min=0, a_max=6), between(-3, 9))

# With a scalar, also as releases before 1.0 spelled it
SCALAR = "plus minus rminus mul div rdiv maximum minimum"
for kind in SCALAR.split():
    add(f"scalar-{kind}", apply(f"_{kind}_scalar", scalar=1.7), between(0.4, 4))
    camel = {"plus": "Plus", "minus": "Minus", "rminus": "RMinus", "mul": "Mul", "div": "Div", "rdiv": "RDiv", "maximum": "Maximum", "minimum": "Minimum"}[kind]
    add(f"scalar-{camel}Scalar", apply(f"_{camel}Scalar", scalar=0.6), between(0.4, 4))
add("scalar-power", apply("_power_scalar", scalar=1.7), between(0.4, 4))
add("scalar-power-square", apply("_power_scalar", scalar=2))
add("scalar-rpower", apply("_rpower_scalar", scalar=1.7))
add("scalar-mod", apply("_mod_scalar", scalar=1.7))
add("scalar-rmod", apply("_rmod_scalar", scalar=5.3), between(0.4, 4))
add("scalar-hypot", apply("_hypot_scalar", scalar=1.7))
for kind in "equal not_equal greater greater_equal lesser lesser_equal logical_and logical_or logical_xor".split():
    add(f"scalar-{kind}", apply(f"_{kind}_scalar", scalar=0 if kind == "logical_or" else 2), whole(0, 4))
add("scalar-negative", lambda x: 3 - x * -0.5 + 2 / (x * x + 1))

# Of two tensors of one shape
SAME = {
    "elemwise_add _plus _Plus _add": ("elemwise-add", None),
    "elemwise_sub _minus _Minus _sub": ("elemwise-sub", None),
    "elemwise_mul _mul _Mul": ("elemwise-mul", None),
    "elemwise_div _div _Div": ("elemwise-div", between(0.5, 3)),
    "_power _Power": ("elemwise-power", between(0.5, 3)),
    "_maximum _Maximum": ("elemwise-maximum", None),
    "_minimum _Minimum": ("elemwise-minimum", None),
    "_mod _Mod": ("elemwise-mod", between(0.5, 3)),
    "_hypot": ("elemwise-hypot", None),
    "_equal _Equal _not_equal _Not_Equal _greater _Greater _greater_equal _Greater_Equal _lesser _Lesser _lesser_equal _Lesser_Equal": ("elemwise", whole(0, 3)),
    "_logical_and _Logical_And _logical_or _Logical_Or _logical_xor _Logical_Xor": ("elemwise", whole(0, 2)),
}
for spellings, (name, values) in SAME.items():
    for kind in spellings.split():
        add(f"{name}-{kind}", apply(kind), values or IMAGE, values or IMAGE)
add("elemwise-same-twice", lambda x: operator("elemwise_mul")(x, x))
for kind in ("add_n", "ElementWiseSum"):
    add(f"elemwise-{kind}", apply(kind), IMAGE, IMAGE, IMAGE)
add("elemwise-add_n-one", lambda x: operator("add_n")(x) * 2)

# With broadcasting
for kind in "add plus sub minus mul div mod power maximum minimum hypot".split():
    values = between(0.5, 3) if kind in ("div", "mod", "power") else None
    add(f"broadcast-{kind}", apply(f"broadcast_{kind}"), values or IMAGE, between(0.5, 2, (1, 6, 1, 1)))
for kind in "equal not_equal greater greater_equal lesser lesser_equal".split():
    add(f"broadcast-{kind}", apply(f"broadcast_{kind}"), whole(0, 3), whole(0, 3, (1, 6, 1, 1)))
for kind in ("and", "or", "xor"):
    add(f"broadcast-logical_{kind}", apply(f"broadcast_logical_{kind}"), whole(0, 2), whole(0, 2, (1, 1, 9, 11)))
for name, other in {"row": (1, 1, 1, 11), "column": (1, 1, 9, 1), "plane": (1, 1, 9, 11), "one": (1, 1, 1, 1), "same": IMAGE}.items():
    add(f"broadcast-add-{name}", apply("broadcast_add"), IMAGE, other)
    add(f"broadcast-sub-{name}-first", apply("broadcast_sub"), other, IMAGE)
add("broadcast-both", apply("broadcast_mul"), (1, 6, 1, 11), (1, 1, 9, 1))
add("broadcast-vector", apply("broadcast_mul"), (1, 12), (1, 1))


def weighted(kind, shape, first=False):
    """With a learned array as one of the operands."""
    from mxnet import sym

    def build(x):
        weight = sym.var("factor_scale", shape=shape)
        return operator(kind)(weight, x) if first else operator(kind)(x, weight)

    return build


for kind in ("add", "sub", "mul", "div"):
    add(f"broadcast-{kind}-weight", weighted(f"broadcast_{kind}", (1, 6, 1, 1)))
    add(f"broadcast-{kind}-weight-first", weighted(f"broadcast_{kind}", (1, 6, 1, 1), True), between(0.5, 3))
add("broadcast-maximum-weight-one", weighted("broadcast_maximum", (1, 1, 1, 1)))
add("elemwise-add-weight", weighted("elemwise_add", IMAGE))
add("broadcast-to", apply("broadcast_to", shape=(1, 6, 9, 11)), (1, 6, 1, 1))
add("broadcast-to-zero", apply("broadcast_to", shape=(0, 0, 9, 4)), (1, 6, 9, 1))
add("broadcast-like", apply("broadcast_like"), (1, 6, 1, 1), IMAGE)
add("broadcast-like-axes", apply("broadcast_like", lhs_axes=(2, 3), rhs_axes=(3, 2)), (1, 6, 1, 1), IMAGE)
add("broadcast-axis", apply("broadcast_axis", axis=2, size=5), (1, 6, 1, 4))
add("broadcast-axis-two", apply("broadcast_axis", axis=(1, 3), size=(3, 5)), (1, 1, 4, 1))
add("broadcast-axes", apply("broadcast_axes", axis=3, size=5), (1, 2, 4, 1))

# Reductions
AXES = {
    "all": {},
    "channel": {"axis": 1},
    "space": {"axis": (2, 3)},
    "space-keep": {"axis": (2, 3), "keepdims": True},
    "last": {"axis": -1},
    "negative": {"axis": (-2, -1)},
    "exclude": {"axis": (0, 1), "exclude": True},
    "exclude-keep": {"axis": 1, "exclude": True, "keepdims": True},
    "row-keep": {"axis": 2, "keepdims": True},
    "all-keep": {"keepdims": True},
}
for kind in ("sum", "mean", "max", "min", "prod"):
    for name, attributes in AXES.items():
        add(f"reduce-{kind}-{name}", apply(kind, **attributes), between(0.85, 1.2) if kind == "prod" else IMAGE)
for kind in ("sum_axis", "max_axis", "min_axis", "nansum", "nanprod"):
    add(f"reduce-{kind}", apply(kind, axis=3), between(0.85, 1.2))
for name, attributes in {"all": {}, "channel": {"axis": 1}, "keep": {"axis": 2, "keepdims": True}, "one": {"ord": 1, "axis": 1}, "two-axes": {"ord": 2, "axis": (2, 3)}}.items():
    add(f"norm-{name}", apply("norm", **attributes))
for kind in ("argmax", "argmin"):
    add(f"{kind}-channel", apply(kind, axis=1))
    add(f"{kind}-keep", apply(kind, axis=2, keepdims=True))
add("argmax-channel-operator", apply("argmax_channel"), (1, 9))
