//! The names of columns, and what stands in them.
//!
//! Names are compared without capitals, blanks and signs, so that `recipient-address`, `recipient_address` and `RecipientAddress` are
//! one. Sources: the documentation of Exchange (message tracking, `Get-MessageTrackingLog`), of Microsoft 365 (`Get-MessageTrace`,
//! `Get-MessageTraceDetail`, downloaded traces, `Get-QuarantineMessage`), of Google Workspace (fields of the email log search).

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Sender,
    Recipient,
    /// What became of each recipient, in the order of those, or with their addresses.
    RecipientStatus,
    Status,
    Event,
    Message,
    Queue,
    Text,
    Code,
    ClientIp,
    Client,
    ServerIp,
    Server,
    Source,
    Related,
    Context,
    Custom,
    Size,
    Target,
    Quarantine,
}

/// The names of each, the better ones first.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Time,
        &[
            "datetime",
            "timestamp",
            "eventdate",
            "origintimestamp",
            "received",
            "receivedtime",
            "date",
            "time",
            "datesent",
            "datereceived",
            "startdate",
        ],
    ),
    (
        Role::Sender,
        &[
            "returnpath",
            "fromaddressenvelope",
            "envelopefrom",
            "fromenvelope",
            "mailfrom",
            "senderaddress",
            "sender",
            "fromaddress",
            "from",
        ],
    ),
    (
        Role::Recipient,
        &[
            "recipientaddress",
            "recipientaddresses",
            "recipients",
            "recipient",
            "toaddressenvelope",
            "envelopeto",
            "toenvelope",
            "rcptto",
            "toaddress",
            "to",
        ],
    ),
    (Role::RecipientStatus, &["recipientstatus"]),
    (
        Role::Status,
        &[
            "deliverystatus",
            "eventstatus",
            "lateststatus",
            "finalstatus",
            "messagestatus",
            "status",
            "disposition",
            "action",
        ],
    ),
    (Role::Event, &["eventid", "event"]),
    (Role::Message, &["messageid", "internetmessageid"]),
    (Role::Queue, &["internalmessageid", "queueid"]),
    (
        Role::Text,
        &[
            "detail",
            "details",
            "eventdescription",
            "deliverydetail",
            "deliverydetails",
            "smtpresponse",
            "remoteserverresponse",
            "rejectioninformation",
            "reason",
            "info",
            "error",
        ],
    ),
    (Role::Code, &["eventsmtpreplycode", "smtpreplycode", "replycode", "smtpcode"]),
    (Role::ClientIp, &["originalclientip", "clientip", "fromip", "senderip", "sourceip", "ipaddress"]),
    (Role::Client, &["clienthostname"]),
    (Role::ServerIp, &["serverip", "toip", "eventtargetipaddress", "destinationip"]),
    (Role::Server, &["serverhostname"]),
    (Role::Source, &["source"]),
    (Role::Related, &["relatedrecipientaddress"]),
    (Role::Context, &["sourcecontext"]),
    (Role::Custom, &["customdata"]),
    (Role::Size, &["totalbytes", "messagesize", "size"]),
    (Role::Target, &["eventtarget"]),
    (Role::Quarantine, &["quarantinetypes", "quarantinereason", "quarantinetype", "releasestatus"]),
];

/// A line of names.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// The columns of each role, the better ones first.
    places: Vec<(Role, usize)>,
    /// Whether its times are in UTC.
    pub(super) is_utc: bool,
    pub(super) width: usize,
}

impl Names {
    /// Reads the names of columns; none where they are not those of an export.
    pub(super) fn read<'n>(names: impl Iterator<Item = &'n str>) -> Option<Self> {
        let names: Vec<String> = names.take(200).map(compared).collect();
        let mut all = Self { width: names.len(), ..Self::default() };
        for (role, known) in NAMES {
            for name in *known {
                let is = |own: &String| own == name || without_zone(own) == Some(name);
                all.places.extend(names.iter().position(is).map(|place| (*role, place)));
            }
        }
        let time = all.place(Role::Time).and_then(|place| names.get(place));
        // Traces of Microsoft 365 are in UTC, whether or not they say so.
        all.is_utc = time.is_some_and(|name| without_zone(name).is_some())
            || names.iter().any(|name| name == "messagetraceid");
        all.fits().then_some(all)
    }

    fn fits(&self) -> bool {
        let has = |role| self.place(role).is_some();
        let what =
            has(Role::Status) || has(Role::Event) || has(Role::Quarantine) || has(Role::RecipientStatus);
        let whom = has(Role::Recipient) || has(Role::RecipientStatus);
        whom && what && has(Role::Time) && (has(Role::Sender) || has(Role::Message))
    }

    /// Returns the best column of a role.
    pub(super) fn place(&self, role: Role) -> Option<usize> {
        self.places(role).next()
    }

    /// Returns all columns of a role.
    pub(super) fn places(&self, role: Role) -> impl Iterator<Item = usize> {
        self.places.iter().filter(move |(own, _)| *own == role).map(|(_, place)| *place)
    }
}

/// `dateutc`, `dateutctime`
fn without_zone(name: &str) -> Option<&str> {
    name.strip_suffix("utctime").or_else(|| name.strip_suffix("utc"))
}

/// Returns whether a name is one of any role.
pub(super) fn is_known(name: &str) -> bool {
    let name = compared(name);
    let name = without_zone(&name).unwrap_or(&name);
    NAMES.iter().any(|(_, known)| known.contains(&name))
}

/// Returns a name as it is compared.
pub(super) fn compared(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(100).collect()
}
