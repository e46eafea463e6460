package import JSON
package import KubernetesModel

/// One entry of `status.conditions`.
package struct RolloutCondition: Hashable, Sendable {
    /// The condition types of the Rollout API, and one of Weir's.
    package enum Kind: String, Hashable, Sendable {
        case invalidSpec = "InvalidSpec"
        case available = "Available"
        case progressing = "Progressing"
        case replicaFailure = "ReplicaFailure"
        case paused = "Paused"
        case completed = "Completed"
        case healthy = "Healthy"
        /// Weir's own: something waits for AWS, and nobody knows what AWS does. It is there only while that is so.
        case verificationFailure = "VerificationFailure"
    }

    package enum State: String, Hashable, Sendable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"

        package init(_ flag: Bool) { self = flag ? .yes : .no }
    }

    /// The type as it is written; one of `Kind`, or another controller's.
    package var type: String
    package var state: State
    /// PascalCase.
    package var reason: String
    package var message: String
    package var lastUpdateTime: Timestamp?
    package var lastTransitionTime: Timestamp?

    package init(
        _ kind: Kind, _ state: State, reason: String, message: String, lastUpdateTime: Timestamp? = nil,
        lastTransitionTime: Timestamp? = nil
    ) {
        type = kind.rawValue
        self.state = state
        self.reason = reason
        self.message = message
        self.lastUpdateTime = lastUpdateTime
        self.lastTransitionTime = lastTransitionTime
    }

    /// Reads one entry; missing fields are empty.
    package init(document: JSONValue) {
        type = document["type"]?.stringValue ?? ""
        state = State(rawValue: document["status"]?.stringValue ?? "") ?? .unknown
        reason = document["reason"]?.stringValue ?? ""
        message = document["message"]?.stringValue ?? ""
        lastUpdateTime = document["lastUpdateTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
        lastTransitionTime = document["lastTransitionTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
    }

    /// The entry as it stands in the status.
    package var document: JSONValue {
        var result: JSONValue = [
            "type": .string(type), "status": .string(state.rawValue), "reason": .string(reason),
            "message": .string(message),
        ]
        if let lastUpdateTime { result["lastUpdateTime"] = .string(lastUpdateTime.rfc3339) }
        if let lastTransitionTime { result["lastTransitionTime"] = .string(lastTransitionTime.rfc3339) }
        return result
    }
}

extension [RolloutCondition] {
    /// The condition of a kind; `nil` when the list has none.
    package subscript(kind: RolloutCondition.Kind) -> RolloutCondition? {
        first { $0.type == kind.rawValue }
    }

    /// Sets a condition and moves it to the end; nothing happens when its status and reason stand already.
    ///
    /// `lastTransitionTime` is kept while the status stays the same.
    ///
    /// - Parameter force: also replaces a condition whose status and reason are the same: for a new message or a
    ///   fresh `lastUpdateTime`.
    package mutating func set(
        _ kind: RolloutCondition.Kind, _ state: RolloutCondition.State, reason: String, message: String,
        now: Timestamp, force: Bool = false
    ) {
        let current = self[kind]
        if !force, let current, current.state == state, current.reason == reason { return }
        let transition = current.flatMap { $0.state == state ? $0.lastTransitionTime : nil } ?? now.wholeSeconds
        remove(kind)
        append(
            RolloutCondition(
                kind, state, reason: reason, message: message, lastUpdateTime: now.wholeSeconds,
                lastTransitionTime: transition))
    }

    /// Removes the condition of a kind.
    package mutating func remove(_ kind: RolloutCondition.Kind) {
        removeAll { $0.type == kind.rawValue }
    }
}
