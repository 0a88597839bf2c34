# SPDX-License-Identifier: GPL-2.0-only
#
# A second reader of what "rdmacg metrics" prints, which is on stdin. Prometheus' text format is
# checked strictly: UTF-8, a HELP and a TYPE before the samples of each family, families in one
# piece, names, escapes, no sample twice. Then:
#
#	metrics.py			print each sample: NAME{LABEL="VALUE",...} NUMBER, unescaped
#	metrics.py ROOT			compare with the files of all cgroups below ROOT
#
# Prints what is wrong, and exits with 1 then.
import os
import re
import sys

NAME = r'[a-z][a-z0-9_]*'
LABEL = r'(%s)="((?:[^"\\\n]|\\[\\"n])*)"' % NAME
SAMPLE = re.compile(r'(%s)(?:\{(%s(?:,%s)*)\})? ([0-9]+)' % (NAME, LABEL, LABEL))


def parse(text):
    samples, types, helps, family, begun = {}, {}, set(), None, set()
    for line in text.split('\n')[:-1]:
        if line.startswith('# HELP '):
            family = line.split(' ')[2]
            assert family not in helps and len(line.split(' ')) > 3, line
            helps.add(family)
        elif line.startswith('# TYPE '):
            word = line.split(' ')
            assert word[2] == family and family not in types, line
            assert word[3] == ('counter' if family.endswith('_total') else 'gauge'), line
            types[family] = word[3]
        else:
            match = SAMPLE.fullmatch(line)
            assert match and match[1] == family and family in types, line
            labels = tuple((k, re.sub(r'\\(.)', lambda m: m[1].replace('n', '\n'), v))
                           for k, v in re.findall(LABEL, match[2] or ''))
            assert (family, labels) not in samples, line
            samples[family, labels] = int(match[match.re.groups])
            begun.add(family)
    assert text.endswith('\n') and begun == helps == set(types), helps - begun
    return samples


def label(path):
    path = re.sub(rb'\\(?=[0-3][0-7][0-7])', rb'\\134', path)
    path = path.decode('utf-8', 'surrogateescape')
    return re.sub('[\udc80-\udcff]', lambda m: '\\%03o' % (ord(m[0]) - 0xdc00), path)


def files(root):
    """What the files say, as samples: of each adapter in use, and each kind."""
    expected = {}
    for directory, _, names in os.walk(os.fsencode(root)):
        rows = {}
        for name in (b'', b'types.'):
            for file in (b'current', b'max', b'peak', b'events'):
                if b'rdma.' + name + file not in names:
                    continue
                for line in open(os.path.join(directory, b'rdma.' + name + file)):
                    device, *words = line.split()
                    if words[0].startswith('index='):
                        device += ' ' + words.pop(0)
                    for word in words:
                        key, n = word.split('=')
                        if key.endswith('.alloc_fail') or '.' not in key:
                            rows.setdefault(device, {}).setdefault(
                                key.split('.')[0], {})[file.decode()] = n
        path = '/' + label(os.path.relpath(directory, os.fsencode(root)).lstrip(b'.'))
        for device, kinds in rows.items():
            if not any(n not in ('0', 'max') for kind in kinds.values() for n in kind.values()):
                continue
            name, _, index = device.partition(' index=')
            where = (('cgroup', path), ('device', name)) + ((('index', index),) if index else ())
            for key, row in kinds.items():
                kind = (('kind', key),)
                if key[:4] != 'hca_' and all(n in ('0', 'max') for n in row.values()):
                    continue
                what, unit, more = {'hca_handle': ('handles', '', ()),
                                    'hca_object': ('all_objects', '', ()),
                                    'mr_mem': ('registered', '_bytes', ())}.get(
                                        key, ('objects', '', kind))
                for file, n in row.items():
                    if file == 'events':
                        expected['rdmacg_refused_total', where + kind] = int(n)
                    elif n != 'max':
                        suffix = {'current': '', 'max': '_limit', 'peak': '_peak'}[file]
                        expected['rdmacg_' + what + suffix + unit, where + more] = int(n)
    return expected


got = parse(sys.stdin.buffer.read().decode('utf-8'))
if len(sys.argv) > 1:
    want = files(sys.argv[1])
    got = {sample: n for sample, n in got.items() if sample[1] and sample[1][0][0] == 'cgroup'}
    wrong = [(s, got.get(s), want.get(s)) for s in sorted(got.keys() | want.keys())
             if got.get(s) != want.get(s)]
    print('%d samples as in the files' % len(got) if got and not wrong else wrong)
    sys.exit(bool(wrong) or not got)
for (name, labels), n in got.items():
    print(name + ('{%s}' % ','.join('%s="%s"' % pair for pair in labels) if labels else ''), n)
