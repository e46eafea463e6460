/// What a field of a built-in kind may hold, and how lists of it merge.
indirect enum FieldType: Sendable, Equatable {
    case string, boolean, integer32, integer64, number, time, quantity, intOrString, any
    case map(FieldType)
    case list(FieldType, ListRule)
    /// A type of the catalogue; with `retainKeys` a strategic merge may clear the keys that it does not name.
    case object(String, retainKeys: Bool)
}

/// How the entries of a list are told apart when two versions of it are merged.
///
/// Source: `patchStrategy`/`patchMergeKey` and `listType`/`listMapKey` of the Kubernetes types.
struct ListRule: Sendable, Equatable {
    /// The key of a strategic merge; `nil` when the list is replaced whole (or is a set).
    var mergeKey: String?
    /// The keys of server-side apply; empty when the list is atomic there (or is a set).
    var applyKeys: [String] = []
    /// A list of scalars in which each value stands once.
    var isSet = false
    var retainKeys = false

    static let atomic = ListRule()
}

/// The fields of one object type.
struct ObjectType: Sendable {
    var name: String
    /// Owned as one by server-side apply.
    var isAtomic: Bool
    var fields: [String: FieldType]
}
