package import JSON

/// A number of pods, or a share of `spec.replicas`.
///
/// A *string* is always a percentage, with or without `%`: `"1"` is one percent, as in Argo Rollouts.
package enum IntOrPercent: Hashable, Sendable {
    case count(Int)
    case percent(Int)

    /// Reads an `int-or-string` field; `nil` when it is neither a whole number nor a percentage.
    package init?(_ value: JSONValue) {
        if let count = value.intValue {
            self = .count(count)
            return
        }
        guard let text = value.stringValue else { return nil }
        guard let percent = Int(text.hasSuffix("%") ? String(text.dropLast()) : text) else { return nil }
        self = .percent(percent)
    }

    /// The number as it is written, without its unit.
    package var amount: Int {
        switch self {
        case .count(let amount), .percent(let amount): amount
        }
    }

    /// The number of pods out of `replicas`, a fraction rounded up.
    package func roundedUp(of replicas: Int) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): (percent * replicas + 99) / 100
        }
    }

    /// The number of pods out of `replicas`, a fraction rounded down.
    package func roundedDown(of replicas: Int) -> Int {
        switch self {
        case .count(let count): count
        case .percent(let percent): percent * replicas / 100
        }
    }
}
