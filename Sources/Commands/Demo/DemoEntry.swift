import JSON
import KubernetesModel

/// Where the requests of a demonstration enter: an Ingress, and the service there that stands for the Rollout.
struct DemoEntry {
    var ingress: ObjectKey
    var action: String
    var host: String

    /// - Throws: `UsageProblem` naming the field that is missing.
    init(_ rollout: KubernetesObject, documents: [JSONValue], source: String) throws {
        let ingresses = documents.map(KubernetesObject.init).filter {
            $0.kind == "Ingress" && $0.namespace == rollout.namespace
        }
        let (service, name) = try Self.place(rollout, source: source)
        action = service
        let found = ingresses.first { object in
            if let name { return object.name == name }
            return Self.rules(object).contains { Self.leads($0, to: service) }
        }
        guard let found, let rule = Self.rules(found).first(where: { Self.leads($0, to: service) }) else {
            let wanted = name.map { "Ingress \($0) with" } ?? "Ingress with"
            throw UsageProblem(
                "\(source) has no \(wanted) a path to service \(service); the demonstration sends its requests there.")
        }
        ingress = found.key
        host = rule["host"]?.stringValue ?? "\(rollout.name).example.com"
    }

    /// The service, and the name of the Ingress where the Rollout says it.
    private static func place(
        _ rollout: KubernetesObject, source: String
    ) throws -> (service: String, ingress: String?) {
        let strategy = rollout.spec["strategy"]
        if let active = strategy?.at("blueGreen", "activeService")?.stringValue { return (active, nil) }
        let canary = strategy?["canary"]
        let alb = canary?.at("trafficRouting", "alb")
        let ingress = alb?["ingress"]?.stringValue ?? alb?["ingresses"]?[0]?.stringValue
        guard let ingress, let service = alb?["rootService"]?.stringValue ?? canary?["stableService"]?.stringValue
        else {
            throw UsageProblem(
                "Rollout \(rollout.key) in \(source) has neither strategy.blueGreen.activeService nor "
                    + "strategy.canary.trafficRouting.alb.ingress with a rootService or stableService; the "
                    + "demonstration shows an update through an ALB.")
        }
        return (service, ingress)
    }

    private static func rules(_ ingress: KubernetesObject) -> [JSONValue] {
        ingress.spec["rules"]?.arrayValue ?? []
    }

    private static func leads(_ rule: JSONValue, to service: String) -> Bool {
        (rule.at("http", "paths")?.arrayValue ?? []).contains {
            $0.at("backend", "service", "name")?.stringValue == service
        }
    }
}
