#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
Make each allocation of one system call fail in turn.

    faults.py mkdir CGROUP MIRROR   make a cgroup; its directory in MIRROR has all files, or
                                    the log says what is missing
    faults.py limit FILE DEVICE     write a limit, and take it back
    faults.py read FILE             open and read
    faults.py verbs DEVICE KIND     make an object: context, pd, mr

Prints how many allocations failed, and the results of the calls: "7 failed: ENOMEM 5 ok 2". Ends
when the call has made no further allocation.
"""
import collections
import errno
import os
import sys
import time

from pyverbs.device import Context
from pyverbs.mr import MR
from pyverbs.pd import PD
from pyverbs.pyverbs_error import PyverbsRDMAError

FILES = {'rdma.' + kind + name for kind in ('', 'types.')
         for name in ('max', 'current', 'peak', 'events', 'events.local')}
FILES |= {'rdma.child.max', 'rdma.denied', 'rdma.owners'}
FILES |= {'rdma.rate.max', 'rdma.rate.events'}
nth = os.open('/proc/thread-self/fail-nth', os.O_RDWR)


def each(call, undo):
    """Run call() with its first, second ... allocation failing. undo() gets what it returned."""
    ends = collections.Counter()
    failed = 0
    while True:
        done = False
        os.pwrite(nth, b'%d' % (failed + 1), 0)
        try:
            made = call()
            done = True
            end = 'ok'
        except OSError as error:
            end = errno.errorcode[error.errno]
        except PyverbsRDMAError as error:
            end = errno.errorcode.get(error.error_code, str(error.error_code))
        left = int(os.pread(nth, 16, 0).rstrip(b'\0\n'))
        os.pwrite(nth, b'0', 0)
        if done:
            end = undo(made) or end
        if left:
            break
        failed += 1
        ends[end] += 1
        if end in ('silent', 'left'):
            print('# the allocation that failed: number', failed)
    print('%d failed:' % failed, *('%s %d' % pair for pair in sorted(ends.items())))


def log():
    """The kernel log since the last call."""
    lines = []
    try:
        while True:
            lines.append(os.read(kmsg, 8192).decode())
    except BlockingIOError:
        return [line for line in lines if 'rdmacg_oot: ' in line]


def remove(cgroup, mirror):
    """What is missing must be told."""
    found = {name for name in os.listdir(mirror) if name.startswith('rdma.')} \
        if os.path.isdir(mirror) else set()
    told = log()
    os.rmdir(cgroup)
    if os.path.exists(mirror):
        return 'left'
    if found == FILES:
        return None
    # No more than the ten lines in five seconds that the log takes of a kind.
    time.sleep(0.6)
    return 'incomplete' if told else 'silent'


def read(path):
    file = os.open(path, os.O_RDONLY)
    try:
        os.read(file, 4096)
    finally:
        os.close(file)


def write(file, line):
    os.write(file, line.encode())


def maker(device, kind):
    """What makes an object of a kind; what it needs is made here."""
    if kind == 'context':
        return lambda: Context(name=device)
    keep.append(Context(name=device))
    context = keep[-1]
    if kind == 'pd':
        return lambda: PD(context)
    keep.append(PD(context))
    return lambda: MR(keep[-1], 4096, 1)


keep = []
what, *arguments = sys.argv[1:]
if what == 'mkdir':
    kmsg = os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)
    log()
    each(lambda: os.mkdir(arguments[0]), lambda made: remove(*arguments))
elif what == 'limit':
    file = os.open(arguments[0], os.O_WRONLY)
    each(lambda: write(file, arguments[1] + ' hca_object=5'),
         lambda made: write(file, arguments[1] + ' hca_object=max'))
elif what == 'read':
    each(lambda: read(arguments[0]), lambda made: None)
else:
    each(maker(*arguments), lambda made: made.close())
