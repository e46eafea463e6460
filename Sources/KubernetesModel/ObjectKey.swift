/// The namespace and name of an object; unique within its kind.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Empty for cluster-scoped objects.
    package var namespace: String
    /// The object's `metadata.name`.
    package var name: String

    /// Makes a key; leave `namespace` empty for cluster-scoped objects.
    package init(namespace: String = "", name: String) {
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`, or the name alone for a cluster-scoped object.
    package var description: String {
        namespace.isEmpty ? name : "\(namespace)/\(name)"
    }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
