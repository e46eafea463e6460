import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning

/// What pods do: start, become ready, go away.
struct FakePods {
    struct Pod: Equatable {
        var name: String
        var owner: String
        var address: String
        var labels: JSONValue
        var annotations: JSONValue
        var createdAt: Timestamp
        var isReady = false
        var readySince: Timestamp?
        var isMarked = false
    }

    var startup = Duration.seconds(2)
    var pods: [Pod] = []
    var evicted: Set<String> = []
    /// Pods whose node loses them: nobody could have prevented it.
    var lost: Set<String> = []
    /// Images whose pods never become ready.
    var brokenImages: Set<String> = []
    private var count = 0
    /// The pods and the version of the world when they were last published: nothing to do while both stand.
    var published: (pods: [Pod], version: Int) = ([], 0)

    func isLeaving(_ pod: Pod) -> Bool { evicted.contains(pod.name) || lost.contains(pod.name) }

    mutating func evict(_ name: String) { evicted.insert(name) }

    mutating func make(for replicaSet: ReplicaSetView, now: Timestamp) {
        count += 1
        let metadata = replicaSet.object.spec.at("template", "metadata")
        pods.append(
            Pod(
                name: "\(replicaSet.name)-\(count)", owner: replicaSet.uid, address: "10.244.0.\(count)",
                labels: metadata?["labels"] ?? [:], annotations: metadata?["annotations"] ?? [:],
                createdAt: now))
    }
}

extension FakeCluster {
    /// ReplicaSets, pods and load balancers do what they are to do by now.
    mutating func moveCluster() {
        moveDeployments()
        movePods()
        let services = world.objects.objects(.service, namespace: "shop")
        let ready = pods.pods.filter(\.isReady)
        for ingress in world.objects.objects(.ingress, namespace: "shop") {
            let hostname = balancer.follow(ingress, services: services, pods: ready, now: now)
            if let hostname, object(.ingress, ingress.name)?.status.at("loadBalancer", "ingress") == nil {
                var updated = ingress
                let entry: JSONValue = ["hostname": .string(hostname)]
                updated.document.set([entry], at: "status", "loadBalancer", "ingress")
                store(updated, .ingress)
            }
        }
    }

    /// Every Deployment has one ReplicaSet, which the scenario has made.
    private mutating func moveDeployments() {
        for var deployment in world.objects.objects(.deployment, namespace: "shop") {
            guard var own = replicaSets.first(where: { $0.object.controllerReference?.uid == deployment.uid }) else {
                continue
            }
            let asked = deployment.spec["replicas"]?.intValue ?? 1
            if own.specReplicas != asked {
                own.object.document.set(.int(asked), at: "spec", "replicas")
                store(own.object, .replicaSet)
            }
            guard deployment.status["readyReplicas"]?.intValue ?? 0 != own.readyReplicas else { continue }
            deployment.document.set(.int(own.readyReplicas), at: "status", "readyReplicas")
            store(deployment, .deployment)
        }
    }

    /// Whether pods are ready that do not count as available yet (`minReadySeconds`).
    var isMaturing: Bool { replicaSets.contains { $0.availableReplicas != $0.readyReplicas } }

    private mutating func movePods() {
        let isStarting = pods.pods.contains { !$0.isReady }
        let isStill = !isStarting && !isMaturing && pods.evicted.isEmpty && pods.lost.isEmpty
        if isStill, pods.published.version == version { return }
        for index in pods.pods.indices {
            let pod = object(.pod, pods.pods[index].name)
            guard let metadata = pod?.document["metadata"] else { continue }
            pods.pods[index].labels = metadata["labels"] ?? [:]
            pods.pods[index].annotations = metadata["annotations"] ?? [:]
            pods.pods[index].isMarked = metadata.at("annotations", RolloutKeys.drain) != nil
        }
        for replicaSet in replicaSets {
            var own = pods.pods.filter { $0.owner == replicaSet.uid && !pods.isLeaving($0) }
            while own.count > replicaSet.specReplicas {
                // Kubernetes deletes pods that are not ready first, then the cheapest, then the youngest.
                let victim = own.enumerated().min { left, right in
                    (left.element.isReady ? 1 : 0, left.element.isMarked ? 0 : 1, right.element.createdAt)
                        < (right.element.isReady ? 1 : 0, right.element.isMarked ? 0 : 1, left.element.createdAt)
                }
                guard let victim else { break }
                remove(victim.element)
                own.remove(at: victim.offset)
            }
            for pod in pods.pods where pod.owner == replicaSet.uid && pods.isLeaving(pod) { remove(pod) }
            for _ in 0..<max(0, replicaSet.specReplicas - own.count) { pods.make(for: replicaSet, now: now) }
        }
        let images = Dictionary(
            uniqueKeysWithValues: replicaSets.map { replicaSet in
                let containers = replicaSet.object.spec.at("template", "spec", "containers")
                return (replicaSet.uid, containers?[0]?["image"]?.stringValue ?? "")
            })
        for index in pods.pods.indices where pods.pods[index].createdAt.advanced(by: pods.startup) <= now {
            let isReady = !pods.brokenImages.contains(images[pods.pods[index].owner] ?? "")
            if isReady, !pods.pods[index].isReady { pods.pods[index].readySince = now }
            pods.pods[index].isReady = isReady
        }
        publishPods()
    }

    /// Deletes the pods of a ReplicaSet that is deleted.
    mutating func removePods(of replicaSet: ReplicaSetView) {
        for pod in pods.pods where pod.owner == replicaSet.uid { remove(pod) }
    }

    /// A pod must have left its target groups before, unless its node is lost.
    private mutating func remove(_ pod: FakePods.Pod) {
        let isLost = pods.lost.remove(pod.name) != nil
        if let weight = balancer.servedWeight(of: pod.address, now: now), !isLost, size > 0 {
            violations.append(
                "t=\(elapsed) pod \(pod.name) was deleted while the ALB sent it \(weight) % of the requests")
        }
        pods.pods.removeAll { $0.name == pod.name }
        pods.evicted.remove(pod.name)
        world.objects.remove(.pod, ObjectKey(namespace: "shop", name: pod.name))
        isDirty = true
    }

    private mutating func publishPods() {
        guard isMaturing || pods.published.version != version || pods.published.pods != pods.pods else { return }
        defer { pods.published = (pods.pods, version) }
        for pod in pods.pods {
            let document: JSONValue = [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": [
                    "name": .string(pod.name), "namespace": "shop", "labels": pod.labels,
                    "annotations": pod.annotations,
                    "creationTimestamp": .string(pod.createdAt.rfc3339),
                    "ownerReferences": [
                        ["apiVersion": "apps/v1", "kind": "ReplicaSet", "uid": .string(pod.owner), "controller": true]
                    ],
                ],
                "status": [
                    "podIP": .string(pod.address),
                    "conditions": [["type": "Ready", "status": .string(pod.isReady ? "True" : "False")]],
                ],
            ]
            let key = ObjectKey(namespace: "shop", name: pod.name)
            if world.objects.object(.pod, key)?.status != document["status"] {
                store(KubernetesObject(document), .pod)
            }
        }
        for replicaSet in replicaSets {
            let own = pods.pods.filter { $0.owner == replicaSet.uid }
            let ready = own.filter(\.isReady)
            let wait = Duration.seconds(replicaSet.object.spec["minReadySeconds"]?.intValue ?? 0)
            let available = ready.filter { ($0.readySince ?? now).advanced(by: wait) <= now }
            let status: JSONValue = [
                "replicas": .int(own.count), "readyReplicas": .int(ready.count),
                "availableReplicas": .int(available.count),
                "observedGeneration": .int(replicaSet.object.generation),
            ]
            if replicaSet.object.status != status {
                var updated = replicaSet.object
                updated.document["status"] = status
                store(updated, .replicaSet)
            }
        }
    }
}
