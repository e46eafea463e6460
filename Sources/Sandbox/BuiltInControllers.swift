import ClusterPlanning
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import Synchronization

/// What a cluster does by itself: the controllers of a kube-controller-manager, and the scheduler.
///
/// The garbage collector and the namespace controller look after custom resources too; they begin anew whenever
/// another set of custom kinds is served.
struct BuiltInControllers: Sendable {
    /// What every kube-controller-manager runs and needs no list of kinds for.
    static let managed: [any Controller] = [
        ReplicaSetController(), DeploymentController(), JobController(), DisruptionBudgetController(),
        EndpointsController(), EndpointSliceController(), NamespaceFurnisher(),
    ]

    private let api: StoreAPI
    private let clock: RuntimeClock
    private let logger: Logger
    private let isScheduling: Bool

    /// - Parameter isScheduling: whether pods are bound to nodes too, which no controller manager does.
    init(api: StoreAPI, clock: RuntimeClock, logger: Logger, isScheduling: Bool) {
        self.api = api
        self.clock = clock
        self.logger = logger
        self.isScheduling = isScheduling
    }

    /// Runs until the task is cancelled.
    func run() async {
        let (changes, change) = AsyncStream.makeStream(of: [ResourceKind].self, bufferingPolicy: .bufferingNewest(1))
        let cache = Mutex(ObjectCache())
        let definitions = Reflector(
            kind: .customResourceDefinition, scope: WatchScope(), api: api, clock: clock, logger: logger,
            listed: { list in
                change.yield(
                    cache.withLock { cache in
                        _ = cache.replace(.customResourceDefinition, with: list)
                        return Self.customKinds(in: cache)
                    })
            },
            received: { event in
                change.yield(
                    cache.withLock { cache in
                        _ = cache.apply(event, .customResourceDefinition)
                        return Self.customKinds(in: cache)
                    })
            })
        await withDiscardingTaskGroup { group in
            group.addTask { await makeRuntime(Self.managed + (isScheduling ? [Scheduler()] : [])).run() }
            group.addTask { await definitions.run() }
            group.addTask { await runCollectors(changes) }
        }
    }

    private func runCollectors(_ changes: AsyncStream<[ResourceKind]>) async {
        var iterator = changes.makeAsyncIterator()
        var wanted = await iterator.next()
        while let custom = wanted {
            let all = Self.owningKinds + custom
            let runtime = makeRuntime([GarbageCollector(kinds: all), NamespaceController(kinds: all + [.event])])
            wanted = await withTaskGroup(of: Void.self) { group in
                group.addTask { await runtime.run() }
                var next = await iterator.next()
                while next == custom { next = await iterator.next() }
                group.cancelAll()
                return next
            }
        }
    }
}

extension BuiltInControllers {
    /// Kinds that every server has, whose objects may own or be owned.
    private static let owningKinds: [ResourceKind] = [
        .pod, .service, .endpoints, .endpointSlice, .configMap, .secret, .serviceAccount, .replicaSet, .deployment,
        .podTemplate, .job, .horizontalPodAutoscaler, .podDisruptionBudget, .ingress, .ingressClass, .lease, .namespace,
        .node,
        ResourceKind(group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims"),
    ]

    /// The kinds that are defined now, in one served version each, sorted.
    private static func customKinds(in cache: ObjectCache) -> [ResourceKind] {
        cache.objects.objects(.customResourceDefinition).compactMap { definition in
            guard !definition.isDeleting else { return nil }
            let spec = definition.spec
            let served = (spec["versions"]?.arrayValue ?? []).first { $0["served"]?.boolValue ?? false }
            guard let group = spec["group"]?.stringValue, let version = served?["name"]?.stringValue,
                let kind = spec.at("names", "kind")?.stringValue, let plural = spec.at("names", "plural")?.stringValue
            else { return nil }
            return ResourceKind(
                group: group, version: version, kind: kind, plural: plural,
                isNamespaced: spec["scope"]?.stringValue == "Namespaced")
        }.sorted()
    }

    private func makeRuntime(_ controllers: [any Controller]) -> ControllerRuntime {
        ControllerRuntime(
            controllers: controllers, settings: RuntimeSettings(component: "sandbox"), api: api, elb: nil, clock: clock,
            logger: logger)
    }
}
