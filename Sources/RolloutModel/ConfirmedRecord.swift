import JSON
package import KubernetesModel

/// What reads of AWS have confirmed, and since when: the annotation `weir.dev/confirmed` of a Rollout.
///
/// Only first times are kept. A time here is never enough to destroy anything: the same fact must also stand in a
/// fresh read. It survives restarts, so a restart neither forgets a wait nor shortens one.
///
/// ```json
/// {"version":1,"weights":{"canary":25,"since":"…"},
///  "zero":{"web/demo-canary":{"since":"…","unsticky":"…"}},"apart":{"6b56c8cdb4":"…"},"written":{"web":"…"}}
/// ```
package struct ConfirmedRecord: Hashable, Sendable {
    /// The canary's weight that every rule was read to have, since `since`.
    package struct Weight: Hashable, Sendable {
        package var canary: Int
        package var since: Timestamp

        package init(canary: Int, since: Timestamp) {
            self.canary = canary
            self.since = since
        }
    }

    /// Since when no rule gives a target group weight.
    package struct Zero: Hashable, Sendable {
        package var since: Timestamp
        /// Since when, in addition, no rule that names the group is sticky; `nil` while one is.
        package var unsticky: Timestamp?

        package init(since: Timestamp, unsticky: Timestamp? = nil) {
            self.since = since
            self.unsticky = unsticky
        }
    }

    package var weight: Weight?
    /// By `ingress/service`.
    package var zero: [String: Zero] = [:]
    /// By pod-template hash: since when no target group that may carry traffic has had a pod of that ReplicaSet.
    package var apart: [String: Timestamp] = [:]
    /// By Ingress: when its weights were last written. A read of its rules that began earlier confirms nothing.
    package var written: [String: Timestamp] = [:]
    /// The pod-template hash of the active version whose missing targets were told in an Event; `nil` while none is
    /// missed.
    package var told: String?

    package init() {}
}

extension ConfirmedRecord {
    /// Reads the annotation. What cannot be read counts as never confirmed.
    package init(parsing text: String?) {
        self.init()
        guard let text, let document = try? JSONValue(parsing: text), document["version"] == 1 else { return }
        func time(_ value: JSONValue?) -> Timestamp? { value?.stringValue.flatMap(Timestamp.init(parsing:)) }
        if let canary = document.at("weights", "canary")?.intValue, let since = time(document.at("weights", "since")) {
            weight = Weight(canary: canary, since: since)
        }
        for (key, value) in document["zero"]?.objectValue ?? [:] {
            guard let since = time(value["since"]) else { continue }
            zero[key] = Zero(since: since, unsticky: time(value["unsticky"]))
        }
        for (key, value) in document["apart"]?.objectValue ?? [:] {
            apart[key] = time(value)
        }
        for (key, value) in document["written"]?.objectValue ?? [:] {
            written[key] = time(value)
        }
        told = document["told"]?.stringValue
    }

    /// The annotation's value; keys sorted, `nil` when nothing is confirmed.
    package var text: String? {
        if self == ConfirmedRecord() { return nil }
        var document: JSONValue = ["version": 1]
        if let weight {
            document["weights"] = ["canary": .int(weight.canary), "since": .string(weight.since.rfc3339Micro)]
        }
        var zeros: JSONValue = [:]
        for key in zero.keys.sorted() {
            guard let entry = zero[key] else { continue }
            var value: JSONValue = ["since": .string(entry.since.rfc3339Micro)]
            if let unsticky = entry.unsticky { value["unsticky"] = .string(unsticky.rfc3339Micro) }
            zeros[key] = value
        }
        if !zero.isEmpty { document["zero"] = zeros }
        if !apart.isEmpty { document["apart"] = Self.document(apart) }
        if !written.isEmpty { document["written"] = Self.document(written) }
        document["told"] = told.map(JSONValue.string)
        return document.text
    }

    private static func document(_ times: [String: Timestamp]) -> JSONValue {
        var result: JSONValue = [:]
        for key in times.keys.sorted() { result[key] = times[key].map { .string($0.rfc3339Micro) } }
        return result
    }
}
