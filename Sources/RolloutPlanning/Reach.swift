package import KubernetesModel

/// Whether requests can still arrive somewhere, as far as reads of the load balancer have confirmed.
///
/// Everything that destroys asks it: only `unreachable` permits to scale down, to switch a selector away or to
/// delete. A state can go to any other with the next read; a failed or an old read makes it `unknown`.
package enum Reach: Hashable, Sendable, CustomStringConvertible {
    /// A rule routes there; the weight is the largest share any rule gives, 1...100.
    case serving(weight: Int)
    /// No rule routes there any more, but the data plane may lag, cookies may still lead there, or a target drains.
    case settling(since: Timestamp)
    /// Gone for longer than the settle time, and still gone in a fresh read.
    case unreachable(since: Timestamp)
    /// Not read, read too long ago, or the read failed.
    case unknown(why: String)

    /// Whether destroying is permitted.
    package var permitsDestruction: Bool {
        if case .unreachable = self { return true }
        return false
    }

    package var description: String {
        switch self {
        case .serving(let weight): "receives \(weight) % of the requests"
        case .settling(let since): "has received no new requests since \(since), and is settling"
        case .unreachable(let since): "has been unreachable since \(since)"
        case .unknown(let why): "may receive requests: \(why)"
        }
    }

    /// The state that permits less; of two settling ones the later.
    func combined(with other: Reach) -> Reach {
        switch (self, other) {
        case (.unknown, _): self
        case (_, .unknown): other
        case (.serving(let left), .serving(let right)): .serving(weight: max(left, right))
        case (.serving, _): self
        case (_, .serving): other
        case (.settling(let left), .settling(let right)): .settling(since: max(left, right))
        case (.settling, _): self
        case (_, .settling): other
        case (.unreachable(let left), .unreachable(let right)): .unreachable(since: max(left, right))
        }
    }
}
