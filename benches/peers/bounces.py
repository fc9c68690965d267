"""How many bounces Python's email and flufl.bounce read a second: `bounces.py [TIMES] [FOLDER]`, the same as `ruleout-bounces`."""

import email
import email.policy
import pathlib
import sys
import time

from flufl.bounce import scan_message

times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
suite = pathlib.Path(__file__).parent / "../../tests/suite/readers/bounces"
folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else suite
mails = [path.read_bytes() for path in sorted(folder.glob("*.eml"))]

begun = time.process_time()
for _ in range(times):
    for mail in mails:
        email.message_from_bytes(mail, policy=email.policy.compat32)
parsed = time.process_time() - begun

begun = time.process_time()
found = 0
for _ in range(times):
    for mail in mails:
        found += len(scan_message(email.message_from_bytes(mail, policy=email.policy.compat32)))
scanned = time.process_time() - begun

count = times * len(mails)
print(f"email alone: {count / parsed:.0f} mails a second")
print(f"email and flufl.bounce: {count / scanned:.0f} mails a second, {found} addresses")
