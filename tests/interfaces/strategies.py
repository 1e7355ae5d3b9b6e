"""Texts to try the document with: arbitrary ones, ones full of traps, and valid files."""

from hypothesis import strategies as st

from netadmin.interfaces import Dialect

dialects = st.sampled_from(Dialect)

# Every code point, the lone surrogates of `surrogateescape` among them.
any_text = st.text(st.characters(codec=None))

FRAGMENTS = [
    "auto eth0",
    "auto eth0 eth1",
    "auto",
    "allow-hotplug eth0",
    "allow-",
    "allow",
    "auto vmbr0 # no comment",
    "iface eth0 inet static",
    "iface eth0 inet6 auto",
    "iface vmbr0 inet manual",
    "iface",
    "iface eth0",
    "ifac",
    "iface eth0 inherits base",
    "iface bond0.50 inet manual",
    "\tiface eth1 inet dhcp",
    "iface \\\n eth2 inet dhcp",
    "mapping eth*",
    "source /etc/network/interfaces.d/*",
    "source",
    "source-directory x",
    "vlan 100",
    "rename a=b",
    "no-scripts eth0",
    "no-auto-down eth0",
    "address 10.0.0.1/24",
    "\taddress 10.0.0.1",
    "    netmask 255.255.255.0",
    "bridge_ports eth0 eth1",
    "bridge-ports none",
    "up echo a\\tb",
    "up echo \\",
    "  \\",
    "\\",
    "# comment \\",
    "# comment",
    "#",
    "    # mtu 9000",
    "",
    " ",
    "\t",
    "mtu",
    "mtu 1500   ",
    "up echo $IFACE # x",
    "\x00",
    "\ufeff",
    "\udcff",
    "\x0bmtu 9000",
    "mtu\x0c9000",
    "mtu\xa09000",
    "\x85",
    "% if x:",
]
ENDS = ["\n", "\n", "\n", "\r\n", "\r", ""]


@st.composite
def trap_texts(draw: st.DrawFn) -> str:
    """Lines of interfaces(5) in any order, with any line end."""
    lines = draw(st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(ENDS)), max_size=30))
    return "".join(line + end for line, end in lines)


texts = st.one_of(any_text, trap_texts())


@st.composite
def valid_files(draw: st.DrawFn) -> str:
    """A file as one person would write it: one indent, one spelling, one line end, stanzas parted alike."""
    indent = draw(st.sampled_from(["\t", "    ", "  ", ""]))
    dash = draw(st.sampled_from("-_"))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    gap = draw(st.sampled_from(["", end, end]))
    stanzas = [
        end.join(_stanza_lines(draw, name, indent, dash)) + end
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    ]
    text = gap.join(stanzas)
    return text if draw(st.booleans()) else text.removesuffix(end)


NAMES = ["lo", "eth0", "eth1", "eth0.50", "bond0", "bond0.7", "vmbr0", "vmbr1", "br-lan"]
WORDS = ["10.0.0.1/24", "1500", "none", "eth0", "eth0 eth1", "eth0.50", "echo $IFACE # x", "1  2", "yes"]
KEYS = [
    "address",
    "netmask",
    "gateway",
    "mtu",
    "bridge-ports",
    "bridge-fd",
    "bond-slaves",
    "up",
    "post-up",
    "foo",
]


def _stanza_lines(draw: st.DrawFn, name: str, indent: str, dash: str) -> list[str]:
    lines = [f"# about {name}"] if draw(st.booleans()) else []
    lines += [f"auto {name}"] if draw(st.booleans()) else []
    for family in draw(st.sampled_from([["inet"], ["inet", "inet6"]])):
        lines.append(f"iface {name} {family} {draw(st.sampled_from(['static', 'manual', 'dhcp']))}")
        for key in draw(st.lists(st.sampled_from(KEYS), max_size=5)):
            lines.append(f"{indent}{key.replace('-', dash)} {draw(st.sampled_from(WORDS))}")
    return lines
