//! The checks: what each found, and which one is the cause.

use std::net::IpAddr;
use std::time::Duration;

use super::facts::{Answer, Network};
use super::firewall::Firewall;

/// The checks so far, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The checks.
    pub checks: Vec<Check>,
    /// Which of them found the cause, if one did.
    pub cause: Option<usize>,
    /// Whether all checks have ended.
    pub is_over: bool,
    /// How long it has taken so far.
    pub took: Duration,
}

impl Diagnosis {
    /// What the cause is, if one was found.
    pub fn cause(&self) -> Option<&Finding> {
        self.checks.get(self.cause?)?.finding.as_ref()
    }
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What it is about.
    pub kind: CheckKind,
    /// What it found; `None` while it runs.
    pub finding: Option<Finding>,
}

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckKind {
    /// The networks that this computer is on.
    Networks,
    /// The own share, as this computer sees it.
    Share,
    /// The firewall of this computer.
    Firewall,
    /// Whether others can reach the own share.
    Back,
    /// The address of the other computer.
    Name,
    /// The way to it.
    Way,
    /// Whether it is there.
    Host,
    /// Whether its port is open.
    Port,
    /// What answers there.
    Service,
    /// Who else answers on the network.
    Others,
    /// Whether the network keeps its devices apart.
    Isolation,
}

/// How good a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rating {
    /// As it should be.
    Good,
    /// Neither good nor bad, or not known.
    Neutral,
    /// A possible cause, if nothing else is.
    Suspect,
    /// A cause.
    Bad,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "host, port and address are what they are called"
)]
pub enum Finding {
    /// This computer is on these networks.
    Networks(Vec<Network>),
    /// It is on none.
    NoNetwork,
    /// Nobody gave it an address, so that it made up its own.
    NoDhcp { ip: IpAddr },
    /// Nothing is shared.
    NotSharing,
    /// This computer can reach its share.
    ShareReached { port: u16 },
    /// Nothing listens on the port of the share.
    NothingListens { port: u16 },
    /// Only this computer itself can reach the share.
    LoopbackOnly { port: u16 },
    /// The share is reachable at this address only.
    OneAddressOnly { ip: IpAddr, port: u16 },
    /// Not even this computer can connect to its share.
    ShareBlocked { port: u16 },
    /// No firewall was found that keeps connections to the port out.
    NoFirewall { port: u16 },
    /// Whether a firewall blocks the port is only for administrators to see.
    FirewallUnknown,
    /// The firewall lets connections to the port in.
    FirewallOpen { firewall: Firewall, port: u16 },
    /// The firewall keeps them out.
    FirewallBlocks { firewall: Firewall, port: u16 },
    /// The firewall is on, and its rules are only for administrators to see.
    FirewallMayBlock { firewall: Firewall, port: u16 },
    /// Another computer could connect to the share.
    OthersReach { from: String, port: u16 },
    /// It could not; what it saw instead.
    OthersCannot {
        from: String,
        port: u16,
        answer: Answer,
    },
    /// The name has this address.
    NameFound { host: String, ip: IpAddr },
    /// The name has none.
    NameNotFound { host: String },
    /// The other computer is this one.
    SameComputer { host: String },
    /// It is in the network of this address.
    SameNetwork { ip: IpAddr, own: IpAddr },
    /// It is in another network.
    OtherNetwork { ip: IpAddr, own: IpAddr },
    /// The same, and it is not reached there.
    OtherNetworkSilent { ip: IpAddr, own: IpAddr },
    /// The way to it leads through a VPN, and it is reached.
    ViaVpn { interface: String },
    /// The way to it leads through a VPN, where it is not reached.
    VpnTakesRoute { interface: String, ip: IpAddr },
    /// No way leads to it.
    NoRoute { ip: IpAddr },
    /// It is there, as its network card shows, but no port answers.
    HostPresent { ip: IpAddr },
    /// It answers.
    HostAnswers { ip: IpAddr },
    /// Nobody has that address.
    Nobody { ip: IpAddr },
    /// It does not answer, on any port.
    HostSilent { ip: IpAddr },
    /// Its port is open.
    PortOpen { port: u16 },
    /// Nothing listens there.
    PortRefused { ip: IpAddr, port: u16 },
    /// A firewall rejects connections to it.
    PortRejected { ip: IpAddr, port: u16 },
    /// A firewall drops connections to it.
    PortFiltered { ip: IpAddr, port: u16 },
    /// A firewall drops connections to every port that was tried.
    AllFiltered { ip: IpAddr, port: u16 },
    /// Nothing listens there, but a Landline does on another port.
    LandlineElsewhere { ip: IpAddr, port: u16, other: u16 },
    /// It is Landline.
    IsLandline { name: String, version: String },
    /// It is another HTTP server.
    OtherServer {
        host: String,
        software: Option<String>,
    },
    /// It is no HTTP server; perhaps a raw one.
    RawServer { host: String },
    /// It speaks TLS.
    Tls { host: String, port: u16 },
    /// It accepts connections and says nothing.
    Mute { host: String, port: u16 },
    /// So many others answer on the network.
    OthersAnswer { count: usize },
    /// Nobody else does.
    NobodyElse,
    /// Only the router answers.
    Isolated,
    /// Others than the router answer.
    NotIsolated,
    /// Whether they would cannot be said.
    IsolationUnknown,
}

impl Finding {
    /// How good it is.
    pub fn rating(&self) -> Rating {
        match self.weight() {
            Some(weight) if weight >= SUSPECT => Rating::Suspect,
            Some(_) => Rating::Bad,
            None if self.is_good() => Rating::Good,
            None => Rating::Neutral,
        }
    }

    /// Which of several causes is named, least first: those that others follow from. `None` is no cause.
    pub(super) fn weight(&self) -> Option<u32> {
        Some(match self {
            Self::NoNetwork => 0,
            Self::NoDhcp { .. } => 1,
            Self::NameNotFound { .. } => 2,
            Self::NoRoute { .. } => 3,
            Self::VpnTakesRoute { .. } => 4,
            Self::LandlineElsewhere { .. } => 5,
            Self::Isolated => 6,
            Self::Nobody { .. } => 7,
            Self::OtherNetworkSilent { .. } => 8,
            Self::PortRejected { .. } | Self::PortFiltered { .. } | Self::AllFiltered { .. } => 9,
            Self::PortRefused { .. } => 10,
            Self::HostSilent { .. } => 11,
            Self::Mute { .. } => 12,
            Self::NothingListens { .. } => 20,
            Self::LoopbackOnly { .. } => 21,
            Self::FirewallBlocks { .. } => 22,
            Self::ShareBlocked { .. } => 23,
            Self::OthersCannot { .. } => 24,
            Self::FirewallMayBlock { .. } => SUSPECT,
            Self::NobodyElse => SUSPECT + 1,
            _ => return None,
        })
    }

    fn is_good(&self) -> bool {
        matches!(
            self,
            Self::Networks(_)
                | Self::ShareReached { .. }
                | Self::NoFirewall { .. }
                | Self::FirewallOpen { .. }
                | Self::OthersReach { .. }
                | Self::NameFound { .. }
                | Self::SameComputer { .. }
                | Self::SameNetwork { .. }
                | Self::HostPresent { .. }
                | Self::HostAnswers { .. }
                | Self::PortOpen { .. }
                | Self::IsLandline { .. }
                | Self::OthersAnswer { .. }
        )
    }

    /// The command that removes the obstacle, for a person to run.
    pub fn command(&self) -> Option<String> {
        match self {
            Self::FirewallBlocks { firewall, port } | Self::FirewallMayBlock { firewall, port } => {
                firewall.command(*port)
            }
            _ => None,
        }
    }

    /// The port to use instead.
    pub fn other_port(&self) -> Option<u16> {
        match self {
            Self::LandlineElsewhere { other, .. } => Some(*other),
            _ => None,
        }
    }
}

/// From this weight on, a cause is only possible.
const SUSPECT: u32 = 100;
