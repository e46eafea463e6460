import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What one plan wants of one Ingress: everything becomes one patch, because a second would be based on the first.
struct IngressEdit {
    let route: IngressRoute
    /// The Rollout on whose behalf it is written.
    let rollout: String
    /// Annotations to set, or to remove where the value is `null`.
    private var annotations: JSONValue = [:]
    private var managed: ManagedAnnotations
    private var older: LegacyManagedActions
    private var rules: [JSONValue]
    private let reading: IngressReading

    init(_ route: IngressRoute, rollout: String) {
        self.route = route
        self.rollout = rollout
        reading = route.reading
        managed = ManagedAnnotations(keys: reading.managed ?? [:])
        older = LegacyManagedActions(actions: reading.legacyManaged)
        rules = route.object.spec["rules"]?.arrayValue ?? []
    }

    /// Writes an annotation and the bookkeeping about it.
    mutating func set(_ key: String, _ value: String) {
        if route.object.annotation(key) != value { annotations[key] = .string(value) }
        managed.add(key, for: rollout)
    }

    /// Writes the weighted action and both forms of the bookkeeping about it.
    mutating func setAction(_ key: String, _ action: ForwardActionText) {
        if let written = reading.action(at: key), written.isCanonical, written.forward == action {
            managed.add(key, for: rollout)
        } else {
            set(key, action.text)
        }
        older.actions[rollout] = key
    }

    /// Writes an annotation that nobody keeps books about; `nil` removes it.
    mutating func note(_ key: String, _ value: String?) {
        if route.object.annotation(key) != value { annotations[key] = value.map(JSONValue.string) ?? .null }
    }

    /// Removes an annotation and the bookkeeping about it.
    mutating func remove(_ key: String) {
        if route.object.annotation(key) != nil { annotations[key] = .null }
        managed.keys[rollout]?.removeAll { $0 == key }
    }

    /// Removes the Rollout from the bookkeeping.
    mutating func release() {
        managed.keys[rollout] = nil
        older.actions[rollout] = nil
    }

    /// Whether an annotation is changed by this edit.
    func changes(_ key: String) -> Bool { annotations[key] != nil }

    /// The patch; `nil` when the Ingress is as it should be.
    var patch: KubernetesWrite.Patch? {
        var changes = annotations
        let object = route.object
        func book(_ key: String, _ text: String?) {
            if object.annotation(key) != text { changes[key] = text.map(JSONValue.string) ?? .null }
        }
        let managedText = managed.keys == reading.managed ? reading.managedText : managed.text
        let olderText = older.actions == reading.legacyManaged ? reading.legacyManagedText : older.text
        book(RolloutKeys.managedALBAnnotations, managed.keys.isEmpty ? nil : managedText)
        book(RolloutKeys.managedALBActions, olderText)
        var body: JSONValue = [:]
        if changes != [:] { body["metadata"] = ["annotations": changes] }
        if rules != object.spec["rules"]?.arrayValue ?? [] { body["spec"] = ["rules": .array(rules)] }
        guard body != [:] else { return nil }
        return .init(.ingress, object.key, body: body, resourceVersion: object.resourceVersion)
    }
}

extension IngressEdit {
    /// Leads to a header route from every rule that leads to the weighted action, ahead of the latter.
    ///
    /// Source: argo-rollouts prepends `/*` to every rule, once. Weir leaves rules of other services alone, and takes
    /// over path and type where `/*` would come after the action's own path.
    mutating func addPaths(to name: String, action: String) {
        guard !route.backendServices.contains(name) else { return }
        for index in rules.indices {
            let paths = Self.paths(of: rules[index])
            var added: [JSONValue] = []
            for path in paths where Self.service(path) == action {
                let type = path["pathType"]?.stringValue ?? ""
                let isPattern = type != "Prefix" && type != "Exact"
                let twin: JSONValue = [
                    "path": isPattern ? "/*" : path["path"] ?? "/*",
                    "pathType": .string(isPattern ? "ImplementationSpecific" : type),
                    "backend": [
                        "service": ["name": .string(name), "port": ["name": .string(RolloutKeys.useAnnotation)]]
                    ],
                ]
                if !added.contains(twin) { added.append(twin) }
            }
            if !added.isEmpty { rules[index].set(.array(added + paths), at: "http", "paths") }
        }
    }

    /// Removes the paths that lead to a header route.
    mutating func removePaths(to name: String) {
        for index in rules.indices {
            let paths = Self.paths(of: rules[index])
            let kept = paths.filter { path in
                Self.service(path) != name
                    || path.at("backend", "service", "port", "name")?.stringValue != RolloutKeys.useAnnotation
            }
            if kept.count != paths.count { rules[index].set(.array(kept), at: "http", "paths") }
        }
    }

    /// Puts the paths of header routes in the order of their precedence, ahead of all others.
    mutating func sortPaths(by precedence: [String]) {
        func rank(_ path: JSONValue) -> Int { precedence.firstIndex(of: Self.service(path)) ?? precedence.count }
        for index in rules.indices {
            let paths = Self.paths(of: rules[index])
            let sorted = paths.enumerated().sorted { left, right in
                (rank(left.element), left.offset) < (rank(right.element), right.offset)
            }.map(\.element)
            if sorted != paths { rules[index].set(.array(sorted), at: "http", "paths") }
        }
    }

    private static func paths(of rule: JSONValue) -> [JSONValue] { rule.at("http", "paths")?.arrayValue ?? [] }

    private static func service(_ path: JSONValue) -> String {
        path.at("backend", "service", "name")?.stringValue ?? ""
    }
}
