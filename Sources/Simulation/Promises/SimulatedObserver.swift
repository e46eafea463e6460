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
    private var parsed: [ObjectKey: (version: String, rollout: Rollout)] = [:]

    /// Takes over what was written since the last call.
    mutating func catchUp(_ cluster: ClusterState) {
        guard version < cluster.currentResourceVersion else { return }
        for kind in Self.kinds {
            var from = version
            while from < cluster.currentResourceVersion {
                guard let batch = try? cluster.watchBatch(kind.watchQuery, after: from), batch.through > from else {
                    break
                }
                for event in batch.events { _ = cache.apply(event, kind) }
                from = batch.through
            }
        }
        version = cluster.currentResourceVersion
        for object in cache.objects.objects(.rollout) where parsed[object.key]?.version != object.resourceVersion {
            parsed[object.key] = (try? Rollout(object)).map { (object.resourceVersion, $0) }
        }
        for key in parsed.keys where cache.objects.object(.rollout, key) == nil { parsed[key] = nil }
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
            $0.controllerReference?.uid == rollout.object.uid
        }
    }
}
