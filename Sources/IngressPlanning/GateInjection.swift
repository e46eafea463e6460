package import JSON
package import KubernetesModel
package import Planning

/// Which readiness gates a new pod gets: one for every target group of which it will be a target.
///
/// Source: the AWS Load Balancer Controller's pod webhook, which looks at TargetGroupBindings that exist; here the same
/// is known of an Ingress whose load balancer has been published.
package enum GateInjection {
    /// The label of namespaces whose pods get gates; its value is `enabled`.
    package static let namespaceLabel = "elbv2.k8s.aws/pod-readiness-gate-inject"
    /// Gates of earlier controllers, which nobody opens any more.
    private static let legacyPrefix = "target-health.alb.ingress.k8s.aws"

    /// The change of a new pod; `nil` when it gets nothing.
    ///
    /// - Parameters:
    ///   - services: of the pod's namespace, as they are now.
    ///   - objects: Ingresses and their classes, as far as they are known.
    package static func patch(
        of pod: KubernetesObject, namespace: String, services: [KubernetesObject], objects: ObjectStore,
        settings: IngressSettings
    ) -> JSONPatch? {
        let wanted = gates(of: pod, namespace: namespace, services: services, objects: objects, settings: settings)
        guard !wanted.isEmpty else { return nil }
        let present = (pod.spec["readinessGates"]?.arrayValue ?? [])
        let names = present.compactMap { $0["conditionType"]?.stringValue }
        var result = present.filter { $0["conditionType"]?.stringValue?.hasPrefix(legacyPrefix) != true }
        for gate in wanted where !names.contains(gate) { result.append(["conditionType": .string(gate)]) }
        guard result != present else { return nil }
        let change: JSONValue = [
            "op": present.isEmpty ? "add" : "replace", "path": "/spec/readinessGates", "value": .array(result),
        ]
        return try? JSONPatch([change])
    }

    /// The gates of the target groups that a pod with these labels belongs to, sorted.
    static func gates(
        of pod: KubernetesObject, namespace: String, services: [KubernetesObject], objects: ObjectStore,
        settings: IngressSettings
    ) -> [String] {
        let selecting = services.filter { selects($0, pod.labels) }
        guard !selecting.isEmpty else { return [] }
        let classes = objects.objects(.ingressClass)
        var gates: Set<String> = []
        for ingress in objects.objects(.ingress, namespace: namespace) where isDeployed(ingress) {
            guard IngressClassMatch(of: ingress, classes: classes, settings: settings) == .ours else { continue }
            let stack = try? StackBuilder.build(ingress, settings: settings) { name in
                services.first { $0.name == name }
            }
            for group in stack?.targetGroups ?? [] where selecting.contains(where: { group.isOf($0, ingress) }) {
                gates.insert(ReadinessGate.conditionType(ofBinding: group.name))
            }
        }
        return gates.sorted()
    }

    /// Whether its stack has been there: pods do not wait for a load balancer that cannot be made.
    private static func isDeployed(_ ingress: KubernetesObject) -> Bool {
        !ingress.isDeleting && ingress.finalizers.contains(IngressPlanner.finalizer)
            && !(ingress.status.at("loadBalancer", "ingress")?.arrayValue ?? []).isEmpty
    }

    private static func selects(_ service: KubernetesObject, _ labels: [String: String]) -> Bool {
        let selector = ServiceView(service).selector
        return !selector.isEmpty && selector.allSatisfy { labels[$0.key] == $0.value }
    }
}

extension DesiredTargetGroup {
    /// Whether its targets are the pods of a Service; its resource id is `<namespace>/<ingress>-<service>:<port>`.
    fileprivate func isOf(_ service: KubernetesObject, _ ingress: KubernetesObject) -> Bool {
        guard let colon = resourceID.lastIndex(of: ":") else { return false }
        return resourceID[..<colon] == "\(ingress.key)-\(service.name)"
    }
}
