package import JSON

/// One line of a watch.
package struct WatchEvent: Equatable, Sendable {
    package enum Kind: String, Equatable, Sendable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        /// Carries a `resourceVersion` only.
        case bookmark = "BOOKMARK"
        /// Carries a `Status`.
        case error = "ERROR"
    }

    package var kind: Kind
    package var object: KubernetesObject

    package init(_ kind: Kind, _ object: KubernetesObject) {
        self.kind = kind
        self.object = object
    }

    /// The line as it is on the wire.
    package var document: JSONValue { ["type": .string(kind.rawValue), "object": object.document] }
}

/// A Kubernetes Event to be recorded for an object; the executor names, dates and counts it.
package struct EventRecord: Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    package var kind: ResourceKind
    package var key: ObjectKey
    package var uid: String
    package var severity: Severity
    /// PascalCase.
    package var reason: String
    /// A full sentence.
    package var message: String
    /// Who says so; `nil` for the runtime's own name.
    package var component: String?

    package init(
        kind: ResourceKind, key: ObjectKey, uid: String, severity: Severity = .normal, reason: String, message: String,
        component: String? = nil
    ) {
        self.kind = kind
        self.key = key
        self.uid = uid
        self.severity = severity
        self.reason = reason
        self.message = message
        self.component = component
    }

    package var description: String { "event \(kind) \(key) \(severity.rawValue) \(reason): \(message)" }
}
