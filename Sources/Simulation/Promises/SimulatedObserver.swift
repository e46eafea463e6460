import ClusterPlanning
import ClusterState
import ControllerRuntime
import KubernetesModel
import Planning
import RolloutModel

/// What somebody who sees everything at once knows of the API server.
struct SimulatedObserver: Sendable {
    private static let kinds: [ResourceKind] = [.rollout, .replicaSet, .pod, .ingress]
    private var cache = ObjectCache()
    private var version: UInt64 = 0
    /// The pods that are not being deleted and have an owner, in order of key.
    private(set) var ownedPods: [OwnedPod] = []
    private var parsed: [ObjectKey: (version: String, rollout: Rollout)] = [:]

    /// One pod, as far as it counts for the size of what owns it.
    struct OwnedPod: Sendable {
        var namespace: String
        var owner: String
        var isReady: Bool
    }

    /// Takes over what was written since the last call.
    mutating func catchUp(_ cluster: ClusterState) {
        guard version < cluster.currentResourceVersion else { return }
        var hasNewPods = false
        for kind in Self.kinds {
            var from = version
            while from < cluster.currentResourceVersion, cluster.hasNews(kind.watchQuery, after: from) {
                guard let batch = try? cluster.watchBatch(kind.watchQuery, after: from), batch.through > from else {
                    break
                }
                for event in batch.events { _ = cache.apply(event, kind) }
                if kind == .pod, !batch.events.isEmpty { hasNewPods = true }
                from = batch.through
            }
        }
        version = cluster.currentResourceVersion
        if hasNewPods { countPods() }
        for object in cache.objects.objects(.rollout) where parsed[object.key]?.version != object.resourceVersion {
            let former = parsed[object.key]?.rollout
            parsed[object.key] = (try? Rollout(object, replacing: former)).map { (object.resourceVersion, $0) }
        }
        for key in parsed.keys where cache.objects.object(.rollout, key) == nil { parsed[key] = nil }
    }

    private mutating func countPods() {
        ownedPods = cache.objects.objects(.pod).compactMap { pod in
            guard !pod.isDeleting, let owner = pod.controllerUID else { return nil }
            return OwnedPod(namespace: pod.namespace, owner: owner, isReady: PodView(pod).isReady)
        }
    }

    /// The Rollouts whose spec is valid, by key.
    var rollouts: [Rollout] { parsed.keys.sorted().compactMap { parsed[$0]?.rollout } }

    /// How many Rollouts there are, valid or not.
    var rolloutCount: Int { cache.objects.objects(.rollout).count }

    func object(_ kind: ResourceKind, _ key: ObjectKey) -> KubernetesObject? { cache.objects.object(kind, key) }

    func objects(_ kind: ResourceKind) -> [KubernetesObject] { cache.objects.objects(kind) }

    /// The ReplicaSets a Rollout controls.
    func replicaSets(of rollout: Rollout) -> [KubernetesObject] {
        cache.objects.objects(.replicaSet, namespace: rollout.key.namespace).filter {
            $0.controllerUID == rollout.object.uid
        }
    }
}
