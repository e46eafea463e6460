import JSON
import KubernetesModel

extension ClusterState {
    /// What the admission plugins that every real server runs change in a new object.
    ///
    /// Source: the default admission plugins DefaultTolerationSeconds and Priority; Job's generated selector.
    func admit(_ document: inout JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        guard !context.definition.isCustom else { return }
        switch context.definition.kind {
        case "Pod":
            document.change("spec") { spec in
                spec.fill("priority", 0)
                spec.fill("preemptionPolicy", "PreemptLowerPriority")
                var tolerations = spec.entries("tolerations")
                for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
                where !tolerations.contains(where: { Self.tolerates($0, key) }) {
                    tolerations.append([
                        "key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
                    ])
                }
                spec["tolerations"] = .array(tolerations)
            }
        case "Job" where document.at("spec", "manualSelector") != true: addJobSelector(&document)
        default: break
        }
    }

    private static func tolerates(_ toleration: JSONValue, _ key: String) -> Bool {
        let effect = toleration.text("effect")
        let itsKey = toleration.text("key")
        return (itsKey == key || itsKey.isEmpty) && (effect.isEmpty || effect == "NoExecute")
    }

    private func addJobSelector(_ document: inout JSONValue) {
        guard document.at("spec", "selector") == nil else { return }
        let uid = document.at("metadata", "uid") ?? ""
        let name = document.at("metadata", "name") ?? ""
        var labels = document.at("spec", "template", "metadata", "labels") ?? [:]
        for (key, value) in [
            ("batch.kubernetes.io/controller-uid", uid), ("batch.kubernetes.io/job-name", name),
            ("controller-uid", uid), ("job-name", name),
        ] {
            labels[key] = value
        }
        document.set(labels, at: "spec", "template", "metadata", "labels")
        document.set(["matchLabels": ["batch.kubernetes.io/controller-uid": uid]], at: "spec", "selector")
        if document.at("metadata", "labels") == nil { document.set(labels, at: "metadata", "labels") }
    }
}
