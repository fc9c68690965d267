#!/bin/bash
# The lab: real refusals, bounces and logs for cases, made on this machine and by nobody else's servers.
#
#   sudo tests/lab/lab.sh FOLDER        writes what came out to FOLDER; needs Postfix and Python 3, and takes ten minutes
#
# Everything runs in a network namespace of its own, on addresses that are set aside for documentation (RFC 5737), which
# exist on its loopback interface only; no packet leaves it. What runs there:
#
#   192.0.2.10     mail.example.com      the sender's Postfix
#   198.51.100.25  mx.provider.example   the provider's Postfix, which filters mail for example.org
#   203.0.113.5    mail.example.org      the recipient's server, behind a firewall that looks into SMTP and holds a message
#   203.0.113.6    mail2.example.org     the same site after its firewall was locked down: packets are dropped
#   203.0.113.7    mail.branch.example   a site of which nothing is wrong
#   203.0.113.9    old.example.net       the host of example.net before it moved, which takes nothing for it any more
set -eu

if [ "${1:-}" != inside ]; then
  out=$(realpath -m "${1:?a folder for what comes out}")
  mkdir -p "$out"
  lab=$(mktemp -d /tmp/ruleout-lab.XXXXXX)
  trap 'rm -rf "$lab"' EXIT
  unshare --mount --net --pid --fork --mount-proc "$0" inside "$out" "$lab"
  exit
fi
out=$2
here=$(dirname "$(realpath "$0")")
lab=$3
chmod 755 "$lab"

ip link set lo up
for address in 192.0.2.10 198.51.100.25 203.0.113.5 203.0.113.6 203.0.113.7 203.0.113.9; do ip address add "$address/32" dev lo; done

cat > "$lab/hosts" <<HOSTS
127.0.0.1 localhost
192.0.2.10 mail.example.com
198.51.100.25 mx.provider.example
203.0.113.5 mail.example.org
203.0.113.6 mail2.example.org
203.0.113.7 mail.branch.example
203.0.113.9 old.example.net
HOSTS
mount --bind "$lab/hosts" /etc/hosts
mkdir -m 777 "$lab/mail"

# One instance of Postfix: its name, its address, its host name; the rest of its main.cf comes from standard input.
postfix_at() {
  local name=$1 address=$2 host=$3 conf=$lab/$1
  mkdir -p "$conf" "$lab/spool-$name" "$lab/data-$name" "$lab/log"
  chown postfix "$lab/data-$name"
  cp /etc/postfix/dynamicmaps.cf "$conf/" 2>/dev/null || true
  awk -v listen="$address:25" '
    /^smtp +inet/ { print listen " inet n - n - - smtpd"; next }
    /^[a-z]/ && $5 == "y" { $5 = "n" }
    { print }' /usr/share/postfix/master.cf.dist > "$conf/master.cf"
  grep -q ^postlog "$conf/master.cf" || echo "postlog unix-dgram n - n - 1 postlogd" >> "$conf/master.cf"
  { cat <<MAIN; cat; } > "$conf/main.cf"
compatibility_level = 3.6
myhostname = $host
queue_directory = $lab/spool-$name
data_directory = $lab/data-$name
maillog_file = $lab/log/$name.log
maillog_file_prefixes = $lab
multi_instance_name = postfix-$name
multi_instance_enable = yes
inet_protocols = ipv4
inet_interfaces = $address
smtp_bind_address = $address
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
alias_maps =
alias_database =
virtual_mailbox_base = $lab/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
queue_run_delay = 20s
minimal_backoff_time = 20s
maximal_backoff_time = 60s
MAIN
}

postfix_at sender 192.0.2.10 mail.example.com <<'MAIN'
mydestination =
mynetworks = 192.0.2.10/32
virtual_mailbox_domains = example.com
virtual_mailbox_maps = static:sender
transport_maps = inline:{ {example.net=smtp:[old.example.net]} }
relayhost = [mx.provider.example]
MAIN

postfix_at provider 198.51.100.25 mx.provider.example <<'MAIN'
mydestination =
mynetworks =
relay_domains = example.org, locked.example.org, branch.example
parent_domain_matches_subdomains =
transport_maps = inline:{ {example.org=smtp:[mail.example.org]}, {locked.example.org=smtp:[mail2.example.org]},
  {branch.example=smtp:[mail.branch.example]} }
relay_recipient_maps = inline:{ {kim@example.org=known}, {kim@locked.example.org=known}, {lee@branch.example=known} }
unknown_relay_recipient_reject_code = 550
smtpd_recipient_restrictions =
  check_recipient_access inline:{ { sam@example.org = 550 5.1.1 User email address is marked as invalid } },
  check_sender_access inline:{ { bulk@example.com = 550 5.7.1 Email blocked, see the IP check of the provider } },
  permit_mynetworks, reject_unauth_destination
smtp_connect_timeout = 30s
smtp_data_done_timeout = 40s
MAIN

postfix_at branch 203.0.113.7 mail.branch.example <<'MAIN'
mydestination =
mynetworks =
virtual_mailbox_domains = branch.example
virtual_mailbox_maps = static:branch
MAIN

postfix_at old 203.0.113.9 old.example.net <<'MAIN'
mydestination =
mynetworks =
relay_domains = still-here.example.net
MAIN

python3 "$here/firewalled.py" 203.0.113.5 203.0.113.6 &
for name in sender provider branch old; do postfix -c "$lab/$name" check && postfix -c "$lab/$name" start; done
sleep 3

# A message: from, to, subject.
mail_from() {
  printf 'From: <%s>\nTo: <%s>\nSubject: %s\n\nGood morning,\n\nthe figures are ready.\n' "$1" "$2" "$3" |
    sendmail -C "$lab/sender" -f "$1" "$2"
}
mail_from alex@example.com sam@example.org   'Figures of March'     # the provider has marked the address
mail_from bulk@example.com kim@example.org   'Our offer in March'   # the provider blocks the sender
mail_from alex@example.com toni@example.org  'For the new colleague' # nobody by this name at the provider
mail_from alex@example.com kim@new.example.org 'First message after the move' || true
mail_from alex@example.com pat@example.net   'Where do you read mail now' # an old host answers
mail_from alex@example.com kim@example.org   'Plans, with pictures' # handed on, and held by the firewall
printf 'From: <alex@example.com>\nTo: <kim@locked.example.org>\nSubject: After the lock-down\n\nDoes this arrive?\n' |
  sendmail -C "$lab/provider" -f alex@example.com kim@locked.example.org
sleep 150

# A message that waits at the sender: the provider cannot be reached for some minutes.
postfix -c "$lab/provider" stop
mail_from alex@example.com lee@branch.example 'It was urgent'
sleep 420
postfix -c "$lab/provider" start
sleep 90

cp "$lab"/log/*.log "$out/"
cp "$lab/mail/sender" "$out/sender.mbox"
cp "$lab/mail/branch" "$out/branch.mbox"
for name in sender provider branch old; do postfix -c "$lab/$name" stop || true; done
