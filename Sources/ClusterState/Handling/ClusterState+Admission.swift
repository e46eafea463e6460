import JSON
import KubernetesModel

extension ClusterState {
    /// What the admission plugins that every real server runs change in a new object.
    ///
    /// Source: the default admission plugins DefaultTolerationSeconds, DefaultIngressClass and Priority; Job's
    /// generated selector.
    func admit(_ document: inout JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        guard !context.definition.isCustom else { return }
        switch context.definition.kind {
        case "Pod":
            let priority = try self.priority(of: document, context)
            document.change("spec") { spec in
                spec.fill("priority", .number(JSONNumber(priority)))
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
        case "Ingress": chooseIngressClass(&document, context)
        case "Job" where document.at("spec", "manualSelector") != true: addJobSelector(&document)
        default: break
        }
    }

    /// The priority that a pod's class means; there are no classes but the two that every server has.
    private func priority(of pod: JSONValue, _ context: RequestContext) throws(KubernetesFailure) -> Int {
        switch pod.at("spec", "priorityClassName")?.stringValue ?? "" {
        case "": return 0
        case "system-node-critical": return 2_000_001_000
        case "system-cluster-critical": return 2_000_000_000
        case let name:
            let given = context.request.body?.at("metadata", "name")?.stringValue
            let subject = given ?? pod.at("metadata", "generateName")?.stringValue ?? ""
            throw context.definition.forbidden(subject, "no PriorityClass with name \(name) was found")
        }
    }

    private static func tolerates(_ toleration: JSONValue, _ key: String) -> Bool {
        let effect = toleration.text("effect")
        let itsKey = toleration.text("key")
        return (itsKey == key || itsKey.isEmpty) && (effect.isEmpty || effect == "NoExecute")
    }

    /// A new Ingress without a class gets the default one, where there is exactly one.
    private func chooseIngressClass(_ document: inout JSONValue, _ context: RequestContext) {
        let annotation = document.at("metadata", "annotations", "kubernetes.io/ingress.class")
        guard stored(context.definition.storage, context.key) == nil, annotation == nil,
            document.at("spec", "ingressClassName") == nil
        else { return }
        let classes = table(ResourceName(group: "networking.k8s.io", plural: "ingressclasses"))
        let defaults = classes.keys.filter { key in
            let annotations = classes[key]?.at("metadata", "annotations")
            return annotations?["ingressclass.kubernetes.io/is-default-class"] == "true"
        }
        if defaults.count == 1 { document.set(.string(defaults[0].name), at: "spec", "ingressClassName") }
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
