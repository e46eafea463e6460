package import JSON
package import KubernetesModel

/// Which fields of one kind's objects somebody reads; the others need not be kept.
///
/// A selection never loses what identifies an object or tells its owners, its labels or its deletion.
package indirect enum FieldSelection: Hashable, Sendable {
    case everything
    /// These members of an object, or of every object in a list; none for a value that is not read.
    case only([String: FieldSelection])

    /// The fields at these paths, whole: `["status", "podIP"]`. A path leads through lists into their elements.
    package init(_ paths: [[String]]) {
        self = .only([:])
        for path in paths { self = union(Self.path(path[...])) }
    }

    private static func path(_ path: ArraySlice<String>) -> FieldSelection {
        guard let first = path.first else { return .everything }
        return .only([first: Self.path(path.dropFirst())])
    }

    /// What either selection holds.
    package func union(_ other: FieldSelection) -> FieldSelection {
        guard case .only(let own) = self, case .only(let theirs) = other else { return .everything }
        return .only(own.merging(theirs) { $0.union($1) })
    }

    /// The selected part of a value.
    package func selecting(from value: JSONValue) -> JSONValue {
        guard case .only(let members) = self else { return value }
        switch value {
        case .object(let object):
            return .object(object.compactMapValues { members[$0.key]?.selecting(from: $0.value) })
        case .array(let elements): return .array(elements.map { selecting(from: $0) })
        case .null, .bool, .number, .string: return value
        }
    }
}

extension FieldSelection {
    /// Members of `metadata` that are kept of every object. `annotations` are kept as the selection says.
    private static let identity: Set<String> = [
        "name", "namespace", "uid", "resourceVersion", "generation", "labels", "creationTimestamp",
        "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "ownerReferences",
    ]

    /// The annotation in which kubectl keeps a whole copy of what it applied.
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The selected part of an object, never with `managedFields` and kubectl's copy of what it applied.
    package func selecting(from object: KubernetesObject) -> KubernetesObject {
        guard case .only(let members) = self else { return Self.withoutRecords(object) }
        let document = (object.document.objectValue ?? [:]).compactMapValues { key, value in
            switch key {
            case "kind", "apiVersion": value
            case "metadata": Self.keptMetadata(value, members[key])
            default: members[key]?.selecting(from: value)
            }
        }
        return KubernetesObject(.object(document))
    }

    private static func keptMetadata(_ value: JSONValue, _ selection: FieldSelection?) -> JSONValue {
        var annotations: FieldSelection?
        if case .only(let members)? = selection { annotations = members["annotations"] }
        let kept = (value.objectValue ?? [:]).compactMapValues { key, value in
            // Not `nil`, which is also a JSON value.
            guard key == "annotations" else { return identity.contains(key) ? .some(value) : .none }
            let kept = annotations?.selecting(from: value)
            return kept?.objectValue?.isEmpty == false ? kept : .none
        }
        return .object(kept)
    }

    private static func withoutRecords(_ object: KubernetesObject) -> KubernetesObject {
        let metadata = object.document["metadata"]
        let hasCopy = metadata?.at("annotations", lastApplied) != nil
        guard metadata?["managedFields"] != nil || hasCopy else { return object }
        var object = object
        object.document.set(nil, at: "metadata", "managedFields")
        if hasCopy { object.document.set(nil, at: "metadata", "annotations", lastApplied) }
        return object
    }
}
