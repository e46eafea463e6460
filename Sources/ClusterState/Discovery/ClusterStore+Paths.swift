/// What a server knows of paths before it looks at requests.
extension ClusterStore {
    /// Whether every server has the group, whatever clients define; its refusals have a body that says so.
    package static func isBuiltIn(group: String) -> Bool {
        Registry.builtIns.contains { $0.group == group }
    }

    /// Whether a resource is served in this version of a group.
    package func serves(group: String, version: String, resource: String) -> Bool {
        // Asked with every request, and mostly answered without the lock.
        Registry.hasBuiltIn(group: group, version: version, plural: resource)
            || withState { $0.registry.definition(group: group, version: version, plural: resource) != nil }
    }
}
