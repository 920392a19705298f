# SPDX-License-Identifier: Apache-2.0
# The command `info nurseries` for gdb: the live tree of nurseries and children, in a process or in a core file.
#
#   (gdb) source /usr/share/covey/gdb/covey.py      or, from the shell: gdb -x covey.py -p PID
#   (gdb) info nurseries
#   nursery 'frame', waiting, 3 of 10 done, worker 1 (thread 4711), frame.cpp:12
#   |- child 'tile 4', running, worker 2 (thread 4712), 30 of 100, frame.cpp:17
#   `- child 'tile 5', blocking, worker 3 (thread 4713), frame.cpp:17
#
# The program must run with COVEY_TRACKING=full, or have called covey::set_tracking(). Nothing is called in it: the
# records of runtime/worker/tracking_map.hpp are read, by the offsets below, which belong to version 1 of the map. The program
# needs no debug information; if it has no symbols either, its data is searched. Records are exact, since gdb has
# stopped everybody who could change them. Needs gdb's own Python, and nothing else.
"""info nurseries: the tree of covey's nurseries and children."""
import re
import struct

import gdb

VERSION = 1
MAGIC = struct.pack("<QQ", 0x636F766579207472, 0x61636B696E672031)
CHUNK_RECORDS = 1024
MOST_CHUNKS = 256
MOST_WORKERS = 65536
LONGEST_TEXT = 4096
CHILD_BYTES, NURSERY_BYTES, SITE_BYTES = 192, 256, 64
TABLE_BYTES = 8 + 8 * MOST_CHUNKS
TABLES = 96  # where the three tables begin
MAP_BYTES = TABLES + 3 * TABLE_BYTES
LEVELS = ("off", "counters", "full")
STATES = ("free", "queued", "running", "waiting", "blocking")


def read(address, size):
    """The bytes, or None if they are not there."""
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    except (gdb.error, OverflowError):
        return None


def word(data, at):
    return struct.unpack_from("<Q", data, at)[0]


def half(data, at):
    return struct.unpack_from("<I", data, at)[0]


def is_map(address):
    """Whether the head of a map of any version is there; the code has the magic among its constants, too."""
    head = read(address, 32)
    if head is None or head[:16] != MAGIC:
        return False
    return 0 < half(head, 16) < 65536 and 64 <= half(head, 20) < 1 << 20 and half(head, 24) < 256


def address_by_symbol():
    try:
        return int(gdb.parse_and_eval("(unsigned long)&covey_tracking_map"))
    except gdb.error:
        return 0


def address_by_search():
    """The magic in the data of files that are mapped."""
    try:
        lines = gdb.execute("info proc mappings", to_string=True).splitlines()
    except gdb.error:
        return 0
    for line in lines:
        fields = re.match(r"\s*0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+.*\s/", line)
        if not fields:
            continue
        at, end = (int(field, 16) for field in fields.groups())
        while at < end:
            try:
                at = gdb.selected_inferior().search_memory(at, end - at, MAGIC)
            except gdb.error:
                break
            if at is None:
                break
            if is_map(at):
                return at
            at += 8
    return 0


def find_map():
    address = address_by_symbol()
    if not address or not is_map(address):
        address = address_by_search()
    if not address:
        raise gdb.GdbError("there is no covey in this program, or it has not started")
    version = half(read(address, 24), 16)
    if version != VERSION:
        raise gdb.GdbError("covey's tracking map has version %d, this script reads version %d" % (version, VERSION))
    data = read(address, MAP_BYTES)
    if data is None or half(data, 20) != MAP_BYTES:
        raise gdb.GdbError("covey's tracking map has another size than this script knows")
    return data


def records(data, number, size):
    """(index, bytes) of the records of one table."""
    table = TABLES + number * TABLE_BYTES
    if half(data, table + 4) != size:
        raise gdb.GdbError("covey's records have another size than this script knows")
    for i in range(min(half(data, table), MOST_CHUNKS)):
        chunk = read(word(data, table + 8 + 8 * i), CHUNK_RECORDS * size)
        for k in range(CHUNK_RECORDS if chunk else 0):
            yield i * CHUNK_RECORDS + k, chunk[k * size:(k + 1) * size]


def label(data, at):
    return data[at:at + min(data[at + 47], 47)].decode("utf-8", "backslashreplace")


def printable(text):
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class Tree:
    def __init__(self, data):
        self.data = data
        self.nodes = {}  # by id: the line, without what is drawn before it
        self.kids = {}
        self.sites = {}
        self.threads = self.read_workers()
        for _, record in records(data, 1, NURSERY_BYTES):
            self.add(record, self.nursery)
        for _, record in records(data, 0, CHILD_BYTES):
            self.add(record, self.child)

    def read_workers(self):
        """The system's id of each worker's thread; a list that is damaged may be a ring."""
        threads = {}
        seen = set()
        at = word(self.data, 80)
        while at and at not in seen and len(seen) < MOST_WORKERS:
            seen.add(at)
            card = read(at, 128)
            if card is None:
                break
            threads[half(card, 16) + 1] = half(card, 20)
            at = word(card, 0)
        return threads

    def add(self, record, describe):
        state = record[0]
        if 0 < state < len(STATES):
            node = word(record, 8)
            self.nodes[node] = describe(record, STATES[state])
            self.kids.setdefault(word(record, 16), []).append(node)

    def place(self, index):
        if index not in self.sites:
            table = TABLES + 2 * TABLE_BYTES
            text = ""
            if 0 < index < min(half(self.data, 88), MOST_CHUNKS * CHUNK_RECORDS):
                chunk = word(self.data, table + 8 + 8 * (index // CHUNK_RECORDS))
                site = read(chunk + index % CHUNK_RECORDS * SITE_BYTES, SITE_BYTES)
                size = half(site, 20) if site else 0
                name = read(word(site, 0), size) if 0 < size <= LONGEST_TEXT else None
                if name:
                    text = "%s:%d" % (name.decode("utf-8", "backslashreplace").rsplit("/", 1)[-1], half(site, 16))
            self.sites[index] = text
        return self.sites[index]

    def worker(self, number):
        if not number:
            return ""
        thread = self.threads.get(number)
        return "worker %d%s" % (number, " (thread %d)" % thread if thread else "")

    def described(self, kind, name, parts):
        title = "%s '%s'" % (kind, name) if name else kind
        return printable(", ".join([title] + [part for part in parts if part]))

    def child(self, record, state):
        done, total = word(record, 64), word(record, 72)
        worker = "" if state == "queued" else self.worker(half(record, 56))
        progress = "%d of %d" % (done, total) if done or total else ""
        return self.described("child", label(record, 144), [state, worker, progress, self.place(half(record, 28))])

    def nursery(self, record, state):
        spawned = word(record, 64)
        counts = ["%d of %d done" % (word(record, 72), spawned)] if spawned else []
        for at, what in ((80, "failed"), (88, "stopped"), (96, "never started")):
            if word(record, at):
                counts.append("%d %s" % (word(record, at), what))
        if half(record, 128):
            counts.append("stopping" + (": " + label(record, 200) if record[247] else ""))
        parts = [state] + counts + [self.worker(half(record, 36)), self.place(half(record, 32))]
        return self.described("nursery", label(record, 152), parts)

    def lines(self):
        """Depth first without recursion; what is named twice in damaged records is shown once."""
        shown = set()
        stack = [(node, "", "") for node in sorted(self.kids.get(0, []), reverse=True)]
        while stack:
            node, mark, lead = stack.pop()
            if node in shown:
                continue
            shown.add(node)
            yield mark + self.nodes[node]
            kids = sorted(self.kids.get(node, []))
            for kid in reversed(kids):
                last = kid == kids[-1]
                stack.append((kid, lead + ("`- " if last else "|- "), lead + ("   " if last else "|  ")))


class InfoNurseries(gdb.Command):
    """Shows the live nurseries and children of covey, as a tree."""

    def __init__(self):
        super().__init__("info nurseries", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        data = find_map()
        tree = Tree(data)
        level = half(data, 24)
        if level < 2 and not tree.nodes:
            gdb.write("tracking is at level %s: set COVEY_TRACKING=full\n" % LEVELS[level])
        elif not tree.nodes:
            gdb.write("no nursery is open\n")
        for line in tree.lines():
            gdb.write(line + "\n")


InfoNurseries()
