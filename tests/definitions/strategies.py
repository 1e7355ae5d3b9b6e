"""Valid interfaces files of all sorts, as text."""

import re

from hypothesis import strategies as st

from netadmin.interfaces import Dialect

NUMBERS = st.integers(0, 300).map(str)
BYTES = st.integers(1, 254).map(str)
IPV4 = st.builds("10.{}.{}.{}".format, BYTES, BYTES, BYTES)
IPV6 = st.builds("2001:db8:{:x}::{:x}".format, st.integers(1, 0xFFFF), st.integers(1, 0xFFFF))
WORDS = st.from_regex(r"[a-z][a-z0-9.=/+-]{0,8}", fullmatch=True)
COMMANDS = st.lists(st.one_of(WORDS, st.just("$IFACE"), IPV4), min_size=1, max_size=5).map(" ".join)
PREFIXES_V4 = st.integers(8, 30).map(str)
MASKS_V4 = st.sampled_from(["255.0.0.0", "255.255.0.0", "255.255.255.0", "255.255.255.240", "24", "16"])

NAMES = st.one_of(
    st.builds("eth{}".format, st.integers(0, 9)),
    st.builds("vmbr{}".format, st.integers(0, 9)),
    st.builds("bond{}".format, st.integers(0, 3)),
    st.builds("eth{}.{}".format, st.integers(0, 3), st.integers(1, 4094)),
    st.sampled_from(["lo", "services", "br-lan", "en0:1"]),
)
PORTS = st.one_of(st.just("none"), st.lists(NAMES, min_size=1, max_size=3, unique=True).map(" ".join))


def one_of_each(pools: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from(sorted(pools)).flatmap(lambda key: pools[key].map(lambda value: (key, value)))


OPTIONS = one_of_each(
    {
        "mtu": st.integers(1280, 9000).map(str),
        "hwaddress": st.just("02:00:00:00:00:07"),
        "bridge_ports": PORTS,
        "bridge-ports": PORTS,
        "bridge_stp": st.sampled_from(["on", "off"]),
        "bridge-fd": NUMBERS,
        "bond-slaves": PORTS,
        "bond_mode": st.sampled_from(["0", "1", "4", "802.3ad", "active-backup"]),
        "bond-miimon": NUMBERS,
        "vlan-raw-device": NAMES,
        "up": COMMANDS,
        "post-up": COMMANDS,
        "pre-up": COMMANDS,
        "down": COMMANDS,
        "pre-down": COMMANDS,
        "post-down": COMMANDS,
        "x-note": COMMANDS,
    }
)
ADDRESSES_IFUPDOWN2 = st.lists(
    st.one_of(
        st.tuples(st.just("address"), st.one_of(IPV4, st.builds("{}/{}".format, IPV4, PREFIXES_V4))),
        st.tuples(st.just("address"), st.builds("{}/{}".format, IPV6, st.integers(32, 128))),
        st.tuples(st.just("netmask"), PREFIXES_V4),
        st.tuples(st.just("gateway"), IPV4),
    ),
    max_size=6,
)


def _address_lines(address: str, mask: str | None, mask_first: bool) -> list[tuple[str, str]]:
    lines = [("address", address), *([("netmask", mask)] if mask else [])]
    return lines[::-1] if mask_first else lines


ADDRESSES_CLASSIC = st.builds(
    _address_lines,
    st.one_of(IPV4, st.builds("{}/{}".format, IPV4, PREFIXES_V4)),
    st.one_of(st.none(), MASKS_V4),
    st.booleans(),
)


@st.composite
def texts(draw: st.DrawFn, dialect: Dialect) -> str:
    """A file of up to 30 stanzas with what real ones have between their options."""
    lines: list[str] = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=30)):
        if draw(st.booleans()):
            lines.append(f"auto {name}")
        lines += draw(_stanzas(name, dialect))
        lines += [""] * draw(st.integers(0, 2))
    lines += [f"auto {name}" for name in draw(st.lists(NAMES, max_size=2))]
    return "\n".join(lines) + "\n"


@st.composite
def _stanzas(draw: st.DrawFn, name: str, dialect: Dialect) -> list[str]:
    classic = dialect is Dialect.IFUPDOWN
    header = draw(st.sampled_from(["inet static", "inet manual", "inet dhcp"] + [""] * (not classic)))
    options = draw(st.lists(OPTIONS, max_size=6, unique_by=lambda pair: pair if not classic else _once(pair)))
    if header in ("inet static", ""):
        options = draw(ADDRESSES_CLASSIC if classic else ADDRESSES_IFUPDOWN2) + options
        if not classic:
            options = draw(st.permutations(options))
    indent = draw(st.sampled_from(["", "\t", "    ", " \t "]))
    lines = [f"iface {name} {header}".rstrip()]
    for key, value in options:
        lines.append(f"{indent}{key}{draw(st.sampled_from([' ', '  ', chr(9)]))}{value}")
        lines += draw(st.sampled_from([[], [], [], ["# a remark"], [""], [f"{indent}#{key} {value}"]]))
    return lines


def _once(pair: tuple[str, str]) -> object:
    """In classic only hooks may stand twice; anything else is joined into one value."""
    return pair if pair[0].removeprefix("pre-").removeprefix("post-") in ("up", "down") else pair[0]


LINKS = st.integers(0, 9).map("p{}".format)
LISTS = st.lists(
    st.one_of(LINKS, st.builds("glob sw{}-{}".format, st.integers(0, 3), st.integers(3, 5))),
    min_size=1,
    max_size=4,
    unique=True,
).map(" ".join)
DEVICES = {
    "br{}": st.one_of(
        LISTS.map("bridge-ports {}".format),
        LISTS.map("bridge_ports {}\n\tbridge_vlan_aware yes".format),
        st.just("bridge-ports none"),
    ),
    "bond{}": st.builds(
        "{} {}\n\tbond-mode 1".format, st.sampled_from(["bond-slaves", "bond_slaves"]), LISTS
    ),
    "q{}": st.builds("vlan-raw-device {}\n\tvlan-id {}".format, LINKS, NUMBERS),
    "vx{}": LINKS.map("vxlan-id 7\n\tvxlan-physdev {}".format),
    "p{}.5": st.just("mtu 1400"),
    "p{}.5.6": st.just("vlan-protocol 802.1ad"),
    "d{}": st.just("link-type dummy"),
}


@st.composite
def device_texts(draw: st.DrawFn) -> str:
    """An ifupdown2 file of devices that stand on links and, the dotted ones, on each other.

    No link is in two port lists: of those that then have no port left ifupdown2 says nothing at all.
    """
    drawn = st.tuples(st.sampled_from(sorted(DEVICES)), st.integers(0, 9))
    taken: set[str] = set()
    text = ""
    for pattern, number in draw(st.lists(drawn, min_size=1, max_size=20, unique=True)):
        name, options = pattern.format(number), draw(DEVICES[pattern])
        if pattern in ("br{}", "bond{}"):
            ports = set(re.findall(r"\bp\d|sw", options))
            if ports & taken:
                continue
            taken |= ports
        text += f"auto {name}\niface {name} inet manual\n\t{options}\n"
    return text
