import JSON
package import KubernetesModel
package import Planning
import RolloutModel

/// All that is known when one Rollout is planned.
package struct RolloutSnapshot: Sendable {
    /// The Rollout as the API server has it.
    package var object: KubernetesObject
    /// ReplicaSets this Rollout controls, oldest first.
    package var replicaSets: [ReplicaSetView] = []
    /// ReplicaSets that nobody controls and whose labels the Rollout selects.
    package var orphans: [ReplicaSetView] = []
    /// Names of every ReplicaSet of the namespace.
    package var replicaSetNames: Set<String> = []
    /// Names of every Service of the namespace.
    package var serviceNames: Set<String> = []
    /// Pods the Rollout's namespace has, sorted by name.
    package var pods: [PodView] = []
    /// What `workloadRef` names; `nil` without one and when there is none.
    package var workload: KubernetesObject?
    /// The pods of that workload, when it is a Deployment.
    package var workloadPods: [PodView] = []
    /// The Services the spec names, and those it named once, by name; those that do not exist are missing.
    package var services: [String: KubernetesObject] = [:]
    /// The Ingresses the spec names, and others that lead to its pods or carry what it wrote. By name.
    package var ingresses: [String: IngressRoute] = [:]
    package var observations: Observations
    /// Since when it has waited for a read without getting any; `nil` when it does not wait.
    var readsAwaitedSince: Timestamp?
    package var settings: RolloutSettings

    package init(object: KubernetesObject, observations: Observations = Observations(), settings: RolloutSettings) {
        self.object = object
        self.observations = observations
        self.settings = settings
    }

    /// Gathers what `world` knows about the Rollout `key`; `nil` when there is no such Rollout.
    package init?(_ key: ObjectKey, in world: World, settings: RolloutSettings) {
        guard let object = world.objects.object(.rollout, key) else { return nil }
        self.init(object: object, observations: world.observations, settings: settings)
        readsAwaitedSince = world.readsAwaitedSince
        var selectorOfWorkload: JSONValue?
        if let reference = WorkloadReference(of: object) {
            let place = ObjectKey(namespace: key.namespace, name: reference.name)
            workload = world.objects.object(reference.kind, place)
            selectorOfWorkload = workload.map(reference.selector(of:))
        }
        let document = object.spec["selector"] ?? selectorOfWorkload ?? [:]
        let selector = (try? LabelSelector(document: document)) ?? LabelSelector()
        var workloadOwners: Set<String> = []
        let uid = object.uid
        for candidate in world.objects.objects(.replicaSet, namespace: key.namespace) {
            let view = ReplicaSetView(candidate)
            replicaSetNames.insert(view.name)
            if let owner = candidate.controllerUID {
                if owner == uid { replicaSets.append(view) }
                if owner == workload?.uid { workloadOwners.insert(view.uid) }
            } else if !view.hash.isEmpty, !selector.isEmpty, selector.matches(candidate.labels), !candidate.isDeleting {
                orphans.append(view)
            }
        }
        replicaSets.sort { left, right in
            (left.object.creationTimestamp ?? .distant, left.name) < (
                right.object.creationTimestamp ?? .distant, right.name
            )
        }
        pods = world.objects.objects(.pod, namespace: key.namespace).map(PodView.init)
        workloadPods = pods.filter { workloadOwners.contains($0.ownerUID) }
        for name in ReferencedNames.services(of: object) {
            services[name] = world.objects.object(.service, ObjectKey(namespace: key.namespace, name: name))
        }
        for name in ReferencedNames.ingresses(of: object) {
            let found = world.objects.object(.ingress, ObjectKey(namespace: key.namespace, name: name))
            ingresses[name] = found.map { IngressRoute($0) }
        }
        for service in world.objects.objects(.service, namespace: key.namespace) {
            serviceNames.insert(service.name)
            if service.annotation(RolloutKeys.managedBy) == key.name { services[service.name] = service }
        }
        let isRouted = ReferencedNames.isBlueGreen(object) || ReferencedNames.hasALB(object)
        for candidate in world.objects.objects(.ingress, namespace: key.namespace) {
            guard ingresses[candidate.name] == nil else { continue }
            let route = IngressRoute(reading: candidate)
            if route.managers.contains(key.name) || (isRouted && route.routes(toAnyOf: services.keys)) {
                ingresses[route.name] = route
            }
        }
    }

    /// Whether this controller serves the Rollout.
    var isServed: Bool { (object.label(RolloutKeys.instanceID) ?? "") == settings.instanceID }

    /// The pods of a ReplicaSet.
    package func pods(of replicaSet: ReplicaSetView) -> [PodView] {
        pods.filter { $0.ownerUID == replicaSet.uid }
    }

    /// The pods a Service selects that are not being deleted.
    package func pods(selectedBy service: KubernetesObject) -> [PodView] {
        let selector = ServiceSelector(service).labels
        guard !selector.isEmpty else { return [] }
        return pods.filter { pod in
            !pod.object.isDeleting && selector.allSatisfy { pod.object.label($0.key) == $0.value }
        }
    }
}

extension Timestamp {
    /// Later than any real time.
    static var distant: Timestamp { Timestamp(microseconds: .max) }
}

/// The names of other objects that a Rollout's document mentions, valid or not.
enum ReferencedNames {
    static func services(of rollout: KubernetesObject) -> [String] {
        let canary = rollout.spec.at("strategy", "canary")
        let blueGreen = rollout.spec.at("strategy", "blueGreen")
        let names =
            ["canaryService", "stableService"].compactMap { canary?[$0]?.stringValue }
            + ["pingService", "pongService"].compactMap { canary?.at("pingPong", $0)?.stringValue }
            + ["activeService", "previewService"].compactMap { blueGreen?[$0]?.stringValue }
        return names.filter { !$0.isEmpty }
    }

    static func isBlueGreen(_ rollout: KubernetesObject) -> Bool {
        rollout.spec.at("strategy", "blueGreen")?.objectValue != nil
    }

    static func hasALB(_ rollout: KubernetesObject) -> Bool {
        rollout.spec.at("strategy", "canary", "trafficRouting", "alb")?.objectValue != nil
    }

    static func ingresses(of rollout: KubernetesObject) -> [String] {
        let alb = rollout.spec.at("strategy", "canary", "trafficRouting", "alb")
        let names = [alb?["ingress"]?.stringValue] + (alb?["ingresses"]?.arrayValue ?? []).map(\.stringValue)
        return names.compactMap { $0 }.filter { !$0.isEmpty }
    }
}

/// The selector of a Service, split into the users' part and ours.
struct ServiceSelector {
    var labels: [String: String] = [:]

    init(_ service: KubernetesObject) {
        for (key, value) in service.spec["selector"]?.objectValue ?? [:] {
            labels[key] = value.stringValue ?? ""
        }
    }

    /// The hash of the ReplicaSet the Service is bound to; `nil` before it is bound.
    var hash: String? {
        labels[RolloutKeys.podTemplateHash].flatMap { $0.isEmpty ? nil : $0 }
    }
}
