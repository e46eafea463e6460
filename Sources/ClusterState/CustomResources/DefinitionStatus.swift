import JSON
import KubernetesModel

/// The status of a CustomResourceDefinition: which names it was granted, whether it is served, what it has stored.
///
/// Source: the conditions and texts of real servers.
enum DefinitionStatus {
    /// The status of a new definition, before anybody has looked at its names.
    static func initial(for definition: JSONValue) -> JSONValue {
        let storage = definition["spec"]?.entries("versions").first { $0["storage"] == true }
        return [
            "conditions": nil, "acceptedNames": ["plural": "", "kind": ""],
            "storedVersions": storage.map { [$0["name"] ?? ""] } ?? [],
        ]
    }

    /// Remembers that objects are now stored in another version.
    static func addStorageVersion(to definition: inout JSONValue) {
        let storage = definition["spec"]?.entries("versions").first { $0["storage"] == true }?["name"]
        let stored = definition.at("status", "storedVersions")?.arrayValue ?? []
        guard let storage, !stored.contains(storage) else { return }
        definition.set(.array(stored + [storage]), at: "status", "storedVersions")
    }

    /// Grants a definition the names that are free, and says what came of it.
    ///
    /// - Parameter others: the names that other definitions of the group were granted.
    static func granting(_ definition: JSONValue, among others: [JSONValue], now: Timestamp) -> JSONValue {
        let wanted = definition.at("spec", "names") ?? [:]
        let granted = definition.at("status", "acceptedNames") ?? [:]
        let words = Set(others.flatMap { [$0.text("plural"), $0.text("singular")] + strings($0["shortNames"]) })
        let kinds = Set(others.flatMap { [$0.text("kind"), $0.text("listKind")] })
        var names = granted
        var conflict: (reason: String, message: String)?
        func grant(_ field: String, _ taken: Set<String>) {
            let texts = field == "shortNames" ? strings(wanted[field]) : [wanted.text(field)]
            if wanted[field] == granted[field] { return }
            let problems = texts.filter { taken.contains($0) }.map { "\"\($0)\" is already in use" }
            if problems.isEmpty {
                names[field] = wanted[field]
            } else {
                let text = problems.joined(separator: ", ")
                let reason = field.prefix(1).uppercased() + field.dropFirst() + "Conflict"
                conflict = (reason, problems.count == 1 ? text : "[\(text)]")
            }
        }
        grant("plural", words)
        grant("singular", words)
        grant("shortNames", words)
        grant("kind", kinds)
        grant("listKind", kinds)
        names["categories"] = wanted["categories"]
        var result = definition
        result.set(names, at: "status", "acceptedNames")
        let isFree = conflict == nil
        set(
            "NamesAccepted", isFree, conflict?.reason ?? "NoConflicts", conflict?.message ?? "no conflicts found",
            in: &result, now)
        if isFree {
            set("Established", true, "InitialNamesAccepted", "the initial names have been accepted", in: &result, now)
        } else if !DefinitionValidation.isEstablished(definition) {
            set("Established", false, "NotAccepted", "not all names are accepted", in: &result, now)
        }
        return result
    }

    /// Says that the definition goes, and how far that is.
    static func terminating(_ definition: inout JSONValue, _ reason: Reason, now: Timestamp) {
        set("Terminating", reason != .completed, reason.rawValue, reason.message, in: &definition, now)
    }

    /// How far the end of a definition is.
    enum Reason: String {
        case pending = "InstanceDeletionPending"
        case inProgress = "InstanceDeletionInProgress"
        case completed = "InstanceDeletionCompleted"

        var message: String {
            switch self {
            case .pending:
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
            case .inProgress: "CustomResource deletion is in progress"
            case .completed: "removed all instances"
            }
        }
    }

    private static func set(
        _ type: String, _ isTrue: Bool, _ reason: String, _ message: String, in definition: inout JSONValue,
        _ now: Timestamp
    ) {
        var conditions = definition.at("status", "conditions")?.arrayValue ?? []
        let status: JSONValue = isTrue ? "True" : "False"
        let position = conditions.firstIndex { $0["type"]?.stringValue == type }
        let before = position.map { conditions[$0] }
        if before?["status"] == status, before?["reason"]?.stringValue == reason { return }
        let since = before?["status"] == status ? before?["lastTransitionTime"] : nil
        let condition: JSONValue = [
            "type": .string(type), "status": status,
            "lastTransitionTime": since ?? .string(now.wholeSeconds.rfc3339), "reason": .string(reason),
            "message": .string(message),
        ]
        if let position { conditions[position] = condition } else { conditions.append(condition) }
        definition.set(.array(conditions), at: "status", "conditions")
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
