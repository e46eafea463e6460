import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import RolloutModel

/// The part of a cluster that manifests would change, as manifests: the stable versions, freed of what servers add.
struct PresentState: Sendable {
    /// In the order in which they can be applied.
    var documents: [JSONValue]
    /// What is not as the cluster has it.
    var notes: [String] = []
    /// Whose objects these are, `the cluster's`.
    var source = "the cluster's"

    /// Reads what the manifests and their Rollouts name; what is not there is left out.
    static func read(_ manifests: PlannedManifests, _ session: RolloutSession) async throws
        -> PresentState
    {
        var state = PresentState(documents: [])
        for kind in [ResourceKind.ingressClassParams, .ingressClass] {
            do {
                for object in try await session.api.list(kind, WatchScope()).items { state.add(object) }
            } catch is KindNotServed {
                continue
            } catch let failure as KubernetesFailure where failure.code == 403 {
                state.notes.append("\(kind.plural) may not be read (\(failure.message)); there are taken to be none")
            }
        }
        var rollouts: [KubernetesObject] = []
        var names: [ObjectKey] = []
        for wanted in manifests.rollouts {
            guard let live = try await find(.rollout, wanted.key, session) else { continue }
            rollouts.append(live)
            names += Self.references(of: wanted) + Self.references(of: live)
        }
        for document in manifests.documents { names.append(KubernetesObject(document).key) }
        for kind in [ResourceKind.configMap, .service, .ingress] {
            for key in Set(names).sorted() where !key.namespace.isEmpty {
                if let live = try await find(kind, key, session) { state.add(live) }
            }
        }
        for rollout in rollouts { try await state.add(rollout: rollout, session) }
        return state
    }

    /// Services and Ingresses that a Rollout names; the kinds have names of their own, so that one list will do.
    private static func references(of rollout: KubernetesObject) -> [ObjectKey] {
        let canary = rollout.spec.at("strategy", "canary")
        let alb = canary?.at("trafficRouting", "alb")
        let blueGreen = rollout.spec.at("strategy", "blueGreen")
        let values =
            [
                canary?["canaryService"], canary?["stableService"], canary?.at("pingPong", "pingService"),
                canary?.at("pingPong", "pongService"), alb?["rootService"], alb?["ingress"],
                blueGreen?["activeService"], blueGreen?["previewService"],
            ] + (alb?["ingresses"]?.arrayValue ?? []).map { .some($0) }
        return values.compactMap { $0?.stringValue }.filter { !$0.isEmpty }
            .map { ObjectKey(namespace: rollout.namespace, name: $0) }
    }

    private static func find(
        _ kind: ResourceKind, _ key: ObjectKey, _ session: RolloutSession
    ) async throws -> KubernetesObject? {
        do {
            return try await session.api.get(kind, key)
        } catch let failure as KubernetesFailure where failure.isNotFound {
            return nil
        }
    }

    /// Takes the Rollout with the pod template of its stable version, as if no update were going on.
    private mutating func add(rollout: KubernetesObject, _ session: RolloutSession) async throws {
        let workloads = try await InlinedWorkload.workloads(of: [rollout], in: session)
        var document = try InlinedWorkload(rollout, among: workloads)?.rollout.document ?? rollout.document
        let status = RolloutStatus(document: rollout.status)
        if !status.stableRS.isEmpty, status.stableRS != status.currentPodHash {
            let scope = WatchScope(
                namespace: rollout.namespace,
                labels: LabelSelector(matchLabels: [RolloutKeys.podTemplateHash: status.stableRS]))
            let owned = try await session.api.list(.replicaSet, scope).items.first {
                $0.controllerReference?.uid == rollout.uid
            }
            if var template = owned?.spec["template"] {
                template.set(nil, at: "metadata", "labels", RolloutKeys.podTemplateHash)
                document.set(template, at: "spec", "template")
            }
            notes.append(
                "Rollout \(rollout.key) is in the middle of an update; the plan starts from its stable version"
            )
        }
        for field in ["paused", "restartAt"] { document.set(nil, at: "spec", field) }
        add(KubernetesObject(document))
    }

    /// Adds an object as it could be applied anew.
    mutating func add(_ object: KubernetesObject) {
        var document: JSONValue = [
            "apiVersion": .string(object.apiVersion), "kind": .string(object.kind),
        ]
        document.set(.string(object.name), at: "metadata", "name")
        if !object.namespace.isEmpty {
            document.set(.string(object.namespace), at: "metadata", "namespace")
        }
        var labels = object.document.at("metadata", "labels")
        labels?[RolloutKeys.instanceID] = nil
        document.set(labels, at: "metadata", "labels")
        let kept = object.document.at("metadata", "annotations")?.objectValue ?? [:]
        let managed = Self.managedAnnotations(of: object)
        let annotations = JSONObject(
            kept.filter { !managed.contains($0.key) }.map { ($0.key, $0.value) })
        if !annotations.isEmpty { document.set(.object(annotations), at: "metadata", "annotations") }
        for field in ["spec", "data", "binaryData"] { document[field] = object.document[field] }
        if object.kind == "Service" {
            for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
                document.set(nil, at: "spec", field)
            }
            document.set(nil, at: "spec", "selector", RolloutKeys.podTemplateHash)
            let ports = (object.spec["ports"]?.arrayValue ?? []).map { port -> JSONValue in
                var port = port
                port["nodePort"] = nil
                return port
            }
            document.set(.array(ports), at: "spec", "ports")
        }
        documents.append(document)
    }

    /// The annotations that controllers wrote and will write again.
    private static func managedAnnotations(of object: KubernetesObject) -> Set<String> {
        var names: Set<String> = [
            RolloutKeys.revision, RolloutKeys.confirmed, RolloutKeys.managedBy,
            RolloutKeys.managedALBAnnotations,
            "kubectl.kubernetes.io/last-applied-configuration",
        ]
        guard let text = object.annotation(RolloutKeys.managedALBAnnotations),
            let record = try? JSONValue(parsing: text)
        else { return names }
        for (_, annotations) in record.objectValue ?? [:] {
            names.formUnion((annotations.arrayValue ?? []).compactMap(\.stringValue))
        }
        return names
    }
}
