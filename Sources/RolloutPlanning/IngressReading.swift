import JSON
import KubernetesModel
import RolloutModel

/// What is written in one Ingress: its backends, its actions, and who wrote them.
struct IngressReading: Sendable {
    /// An annotation `…/actions.<name>`.
    struct Action: Sendable {
        var key: String
        /// What follows `/actions.`.
        var name: Substring
        /// Whether nothing but a prefix stands before it.
        var isAfterFirstSlash: Bool
        var text: String
        /// `nil` when it does not forward to services.
        var forward: ForwardActionText?
        /// Whether the text is what would be written for `forward`.
        var isCanonical: Bool
    }

    /// The services that the rules and the default backend name.
    let backendServices: [String]
    /// Those that they lead to without an action.
    let directBackends: Set<String>
    /// In the order in which they stand there.
    let actions: [Action]
    /// The annotation keys by the name of the Rollout that wrote them; `nil` when that cannot be read.
    let managed: [String: [String]]?
    /// The same in the older bookkeeping, one key for each.
    let legacyManaged: [String: String]
    /// What would be written for `managed` and for `legacyManaged`.
    let managedText: String
    let legacyManagedText: String?

    init(_ object: KubernetesObject) {
        let spec = object.spec
        let paths = (spec["rules"]?.arrayValue ?? []).flatMap { $0.at("http", "paths")?.arrayValue ?? [] }
        let backends = (paths.map { $0["backend"] } + [spec["defaultBackend"]]).compactMap { $0?["service"] }
        backendServices = backends.compactMap { $0["name"]?.stringValue }
        directBackends = Set(
            backends.filter { $0.at("port", "name")?.stringValue != RolloutKeys.useAnnotation }
                .compactMap { $0["name"]?.stringValue })
        actions = (object.document.at("metadata", "annotations")?.objectValue ?? [:]).compactMap { key, value in
            guard let name = Self.name(ofAction: key) else { return nil }
            let text = value.stringValue ?? ""
            let slash = key.utf8.firstIndex(of: UInt8(ascii: "/")).map { key[$0...] }
            let forward = ForwardActionText(parsing: text)
            return Action(
                key: key, name: name, isAfterFirstSlash: slash?.utf8.starts(with: "/actions.".utf8) ?? false,
                text: text, forward: forward, isCanonical: forward?.text == text)
        }
        managed = (try? ManagedAnnotations(parsing: object.annotation(RolloutKeys.managedALBAnnotations)))?.keys
        legacyManaged = LegacyManagedActions(parsing: object.annotation(RolloutKeys.managedALBActions)).actions
        managedText = ManagedAnnotations(keys: managed ?? [:]).text
        legacyManagedText = LegacyManagedActions(actions: legacyManaged).text
    }

    /// The action of an annotation; `nil` when there is none.
    func action(at key: String) -> Action? { actions.first { $0.key == key } }

    /// What follows the first `/actions.` of an annotation's key; `nil` without one.
    private static func name(ofAction key: String) -> Substring? {
        let word = "/actions.".utf8
        var rest = key[...]
        while let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) {
            rest = rest[slash...]
            if rest.utf8.starts(with: word) { return rest.dropFirst(word.count) }
            rest = rest.dropFirst()
        }
        return nil
    }
}
