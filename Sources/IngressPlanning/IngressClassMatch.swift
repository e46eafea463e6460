import JSON
import KubernetesModel

/// Whether an Ingress is ours.
enum IngressClassMatch: Equatable, Sendable {
    case ours
    case foreign
    /// It is of the class that the AWS Load Balancer Controller serves unless told otherwise, and that is none of ours.
    /// That controller has the same finalizer, and may have the same tags: what is held is held by it.
    case peers
    /// It is ours, and its class asks for something that may not be left out: what exists stays as it is.
    case refused(BuildProblem)
    /// The class cannot be resolved: nothing is begun, and nothing that exists is taken down.
    case invalid(BuildProblem)

    static let annotation = "kubernetes.io/ingress.class"
    static let peerClass = "alb"
    static let controllerName = "ingress.k8s.aws/alb"
    private static let defaultClassAnnotation = "ingressclass.kubernetes.io/is-default-class"

    /// Decides from the annotation alone when it is there, else from `spec.ingressClassName`, else from the cluster's
    /// default class; without any of them an Ingress is ours only if `""` is among the classes.
    init(of ingress: KubernetesObject, classes: [KubernetesObject], settings: IngressSettings) {
        if let name = ingress.annotation(Self.annotation) {
            let other = name == Self.peerClass ? IngressClassMatch.peers : .foreign
            self = settings.ingressClasses.contains(name) ? .ours : other
            return
        }
        if let name = ingress.spec["ingressClassName"]?.stringValue {
            self = Self.named(name, ingress: ingress, classes: classes, settings: settings)
            return
        }
        let defaults = classes.filter { $0.annotation(Self.defaultClassAnnotation) == "true" }
        switch defaults.count {
        case 0: self = settings.ingressClasses.contains("") ? .ours : .foreign
        case 1: self = Self.judge(defaults[0], of: ingress)
        default:
            let names = defaults.map(\.name).sorted().joined(separator: ", ")
            self = .invalid(
                BuildProblem(
                    "Ingress \(ingress.key) names no class", "multiple default IngressClasses found: \(names)",
                    remedy: "Set spec.ingressClassName, or leave one default class."))
        }
    }

    private static func named(
        _ name: String, ingress: KubernetesObject, classes: [KubernetesObject], settings: IngressSettings
    ) -> IngressClassMatch {
        if let found = classes.first(where: { $0.name == name }) { return judge(found, of: ingress) }
        // A sandbox or a small cluster may have no IngressClass objects; a configured class then matches by its name.
        if !name.isEmpty, settings.ingressClasses.contains(name) { return .ours }
        return .invalid(
            BuildProblem(
                "spec.ingressClassName of Ingress \(ingress.key)",
                "invalid ingress class: IngressClass \(quoted(name)) does not exist",
                remedy: "Create it with spec.controller \(controllerName), or name another class."))
    }

    private static func judge(_ found: KubernetesObject, of ingress: KubernetesObject) -> IngressClassMatch {
        guard found.spec["controller"]?.stringValue == controllerName else { return .foreign }
        guard let parameters = found.spec["parameters"] else { return .ours }
        let name = "\(parameters["kind"]?.stringValue ?? "") \(parameters["name"]?.stringValue ?? "")"
        return .refused(
            BuildProblem(
                "IngressClass \(found.name) of Ingress \(ingress.key)",
                "spec.parameters names \(name), and parameters are not supported yet",
                remedy: "Write its settings as annotations, and name a class without parameters."))
    }
}
