"""ifupdown2 that hears of the kernel's changes only when it waits for them: the worst that a loaded machine does.

It works on its memory of the kernel, which another thread of it keeps up to date from netlink messages. Added
to the end of NLCACHE on a node, the text lets that thread work only then.
"""

NLCACHE = "/usr/share/ifupdown2/lib/nlcache.py"
ONLY_WHEN_WAITED_FOR = """

def _when_waited_for(self, notify_event=None, at_once=NetlinkListenerWithCache.service_netlinkq):
    if threading.current_thread() is threading.main_thread() or self.cache._wait_event:
        at_once(self, notify_event)


NetlinkListenerWithCache.service_netlinkq = _when_waited_for
"""
