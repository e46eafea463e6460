/// What objects are stored under: a group and a plural name, whatever version they are read in.
package struct ResourceName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    var group: String
    var plural: String

    /// `deployments.apps`, or `pods` in the core group: the form of the API's error texts.
    package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

    package static func < (left: ResourceName, right: ResourceName) -> Bool {
        (left.group, left.plural) < (right.group, right.plural)
    }
}
