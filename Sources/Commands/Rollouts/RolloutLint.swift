import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning

/// Judges the Rollouts of a text as the controller would, together with the Services and Ingresses beside them.
struct RolloutLint: Sendable {
    /// Something that is wrong.
    struct Finding: Equatable, Sendable {
        /// With the path of the field in front.
        var text: String

        /// Without the path.
        var body: String {
            guard text.hasPrefix("spec."), let colon = text.firstRange(of: ": ") else { return text }
            return String(text[colon.upperBound...])
        }
    }

    private let documents: [JSONValue]

    init(_ documents: [JSONValue]) {
        self.documents = documents
    }

    /// What is wrong, in the order of the documents. An object that is named and not there is not an error.
    var findings: [Finding] {
        documents.enumerated().flatMap { index, document -> [Finding] in
            let object = KubernetesObject(document)
            guard document.objectValue != nil, !object.kind.isEmpty, !object.apiVersion.isEmpty else {
                return [
                    Finding(
                        text: "document \(index + 1) has no apiVersion and kind; it is not a Kubernetes object")
                ]
            }
            if let problem = ManifestStrictness.problem(with: document) {
                return [Finding(text: problem)]
            }
            guard object.kind == "Rollout" else { return [] }
            return RolloutPlanner.problems(of: snapshot(of: object)).map { Finding(text: "\($0)") }
        }
    }

    private func snapshot(of object: KubernetesObject) -> RolloutSnapshot {
        var world = World()
        world.objects.insert(object, .rollout)
        for name in Self.names(
            in: object, ["canaryService", "stableService", "activeService", "previewService"])
        {
            world.objects.insert(given("Service", name, object) ?? service(name, of: object), .service)
        }
        let alb = object.spec.at("strategy", "canary", "trafficRouting", "alb")
        let names =
            [alb?["ingress"]?.stringValue] + (alb?["ingresses"]?.arrayValue ?? []).map(\.stringValue)
        for name in names.compactMap({ $0 }) {
            world.objects.insert(given("Ingress", name, object) ?? ingress(name, of: object), .ingress)
        }
        if let reference = try? ReferencedWorkload(of: object) {
            let workload = given(reference.kind.kind, reference.key.name, object) ?? workload(reference, of: object)
            world.objects.insert(workload, reference.kind)
        }
        let settings = RolloutSettings(instanceID: object.label(RolloutKeys.instanceID) ?? "")
        let observed = RolloutSnapshot(object.key, in: world, settings: settings)
        return observed ?? RolloutSnapshot(object: object, settings: settings)
    }

    private static func names(in object: KubernetesObject, _ fields: [String]) -> [String] {
        ["canary", "blueGreen"].flatMap { strategy -> [String] in
            let fields = fields + ["pingService", "pongService"]
            let section = object.spec.at("strategy", strategy)
            return fields.compactMap {
                section?[$0]?.stringValue ?? section?.at("pingPong", $0)?.stringValue
            }
        }.filter { !$0.isEmpty }
    }

    private func given(_ kind: String, _ name: String, _ rollout: KubernetesObject)
        -> KubernetesObject?
    {
        documents.map(KubernetesObject.init).first { other in
            other.kind == kind && other.name == name && other.namespace == rollout.namespace
        }
    }

    /// A Service that breaks no rule, in place of one that is elsewhere.
    private func service(_ name: String, of rollout: KubernetesObject) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": .string(rollout.namespace)],
            "spec": ["selector": rollout.spec.at("template", "metadata", "labels") ?? [:]],
        ])
    }

    /// A workload that breaks no rule, in place of one that is elsewhere.
    private func workload(_ reference: ReferencedWorkload, of rollout: KubernetesObject) -> KubernetesObject {
        let labels = rollout.spec.at("selector", "matchLabels") ?? [:]
        let template: JSONValue = [
            "metadata": ["labels": labels], "spec": ["containers": [["name": "elsewhere", "image": "elsewhere"]]],
        ]
        var document: JSONValue = [
            "apiVersion": .string(reference.kind.apiVersion), "kind": .string(reference.kind.kind),
            "metadata": ["name": .string(reference.key.name), "namespace": .string(rollout.namespace)],
            "spec": ["selector": rollout.spec["selector"] ?? [:]],
        ]
        document.set(template, path: reference.templatePath[...])
        return KubernetesObject(document)
    }

    /// An Ingress that breaks no rule, in place of one that is elsewhere.
    private func ingress(_ name: String, of rollout: KubernetesObject) -> KubernetesObject {
        let canary = rollout.spec.at("strategy", "canary")
        let services =
            [canary?.at("trafficRouting", "alb", "rootService"), canary?["stableService"]].compactMap {
                $0?.stringValue
            }
            + Self.names(in: rollout, [])
        let paths = services.filter { !$0.isEmpty }.map { name -> JSONValue in
            ["backend": ["service": ["name": .string(name), "port": ["name": "use-annotation"]]]]
        }
        return KubernetesObject([
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": .string(name), "namespace": .string(rollout.namespace)],
            "spec": ["rules": [["http": ["paths": .array(paths)]]]],
        ])
    }
}
