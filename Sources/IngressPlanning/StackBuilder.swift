import ELBModel
import JSON
import KubernetesModel
import Planning

/// Builds the desired stack of one Ingress from it, its Services and their annotations.
struct StackBuilder {
    var settings: IngressSettings
    var view: IngressView
    /// The Ingress' own annotations.
    var annotations: Annotations
    /// Finds a Service of the Ingress' namespace.
    var service: (String) -> KubernetesObject?
    /// Every target group that an action has named so far, by resource id.
    private var targetGroups: [String: DesiredTargetGroup] = [:]
    /// Every backend that was looked for and not found so far, once each.
    private var missingBackends: [BuildProblem] = []

    init(
        _ ingress: KubernetesObject, settings: IngressSettings, service: @escaping (String) -> KubernetesObject?
    ) throws(BuildProblem) {
        self.settings = settings
        self.service = service
        view = try IngressView(ingress)
        annotations = Annotations(prefix: settings.annotationPrefix, sources: [.init("Ingress", ingress)])
    }

    /// The whole stack, or the first mistake found.
    static func build(
        _ ingress: KubernetesObject, settings: IngressSettings, service: @escaping (String) -> KubernetesObject?
    ) throws(BuildProblem) -> DesiredStack {
        var builder = try StackBuilder(ingress, settings: settings, service: service)
        try UnsupportedAnnotations.check(builder.annotations)
        let ports = try ListenPorts.parse(builder.annotations)
        let loadBalancer = try builder.loadBalancer()
        let redirectPort = try builder.redirectPort(ports)
        var listeners: [DesiredListener] = []
        for (port, kind) in ports.sorted(by: { $0.key < $1.key }) {
            listeners.append(try builder.listener(port: port, protocol: kind, redirectPort: redirectPort))
        }
        let groups = builder.targetGroups.values.sorted { $0.resourceID < $1.resourceID }
        return DesiredStack(
            loadBalancer: loadBalancer, listeners: listeners, targetGroups: groups,
            missingBackends: builder.missingBackends)
    }

    /// `namespace/ingress`, the stack's name.
    var stackName: String { view.key.description }

    /// User tags, default tags over them and tracking tags over both, sorted.
    func tags(_ own: [String: String], resource: String) -> [Tag] {
        var tags = own.merging(settings.defaultTags) { $1 }
        tags[StackTags.cluster] = settings.clusterName
        tags[StackTags.stack] = stackName
        tags[StackTags.resource] = resource
        return tags.sorted { $0.key < $1.key }.map { Tag(key: $0.key, value: $0.value) }
    }
}

extension StackBuilder {
    private func loadBalancer() throws(BuildProblem) -> DesiredLoadBalancer {
        let scheme = try annotations.entry("scheme").map { entry throws(BuildProblem) in
            try entry.oneOf(["internal", "internet-facing"])
        }
        let chosenScheme = scheme ?? settings.defaultScheme
        let addressType = try annotations.entry("ip-address-type").map { entry throws(BuildProblem) in
            try entry.oneOf(["ipv4", "dualstack", "dualstack-without-public-ipv4"])
        }
        let groups = annotations.list("security-groups") ?? settings.defaultSecurityGroups
        return DesiredLoadBalancer(
            name: try loadBalancerName(scheme: chosenScheme), scheme: Scheme(rawValue: chosenScheme),
            ipAddressType: IPAddressType(rawValue: addressType ?? "ipv4"), subnets: try subnets(),
            securityGroups: groups.isEmpty ? nil : groups,
            attributes: Self.attributes(try annotations.map("load-balancer-attributes")),
            tags: tags(try annotations.map("tags") ?? [:], resource: StackTags.loadBalancerResource))
    }

    private func loadBalancerName(scheme: String) throws(BuildProblem) -> String {
        guard let entry = annotations.entry("load-balancer-name") else {
            return ResourceNames.loadBalancer(
                cluster: settings.clusterName, namespace: view.key.namespace, ingress: view.key.name, scheme: scheme)
        }
        guard (1...32).contains(entry.text.count) else {
            throw entry.problem(
                "load balancer name cannot be longer than 32 characters: \(quoted(entry.text))",
                remedy: "Choose a shorter one, or remove the annotation to get a generated name.")
        }
        return entry.text
    }

    private func subnets() throws(BuildProblem) -> [String] {
        if let entry = annotations.entry("subnets") {
            if let other = entry.list.first(where: { !$0.hasPrefix("subnet-") }) {
                throw entry.problem(
                    "\(quoted(other)) is not a subnet id; names of subnets are not looked up yet",
                    remedy: "Write ids like subnet-0123456789abcdef0.")
            }
            if !entry.list.isEmpty { return entry.list }
        }
        guard !settings.defaultSubnets.isEmpty else {
            throw BuildProblem(
                "Ingress \(view.key)", "couldn't auto-discover subnets: no default subnets are configured",
                remedy: "Add the annotation \(settings.annotationPrefix)/subnets, or configure default subnets.")
        }
        return settings.defaultSubnets
    }

    /// The HTTPS port to which every HTTP listener redirects.
    private func redirectPort(_ ports: [Int: TrafficProtocol]) throws(BuildProblem) -> Int? {
        guard let entry = annotations.entry("ssl-redirect") else { return nil }
        let port = try entry.integer(in: 1...65_535)
        guard let kind = ports[port] else {
            throw entry.problem(
                "listener does not exist for SSLRedirect port: \(port)",
                remedy: "Add {\"HTTPS\": \(port)} to the annotation \(settings.annotationPrefix)/listen-ports.")
        }
        guard kind == .https else {
            throw entry.problem(
                "listener protocol non-SSL for SSLRedirect port: \(port)", remedy: "Name the port of an HTTPS listener."
            )
        }
        return port
    }

    private mutating func listener(
        port: Int, protocol kind: TrafficProtocol, redirectPort: Int?
    ) throws(BuildProblem) -> DesiredListener {
        var listener = DesiredListener(
            port: port, protocol: kind, defaultAction: .fixedResponse(.notFound), rules: [],
            tags: tags(try annotations.map("tags") ?? [:], resource: "\(port)"))
        if kind == .https {
            listener.certificateARN = try certificate()
            listener.sslPolicy = annotations.string("ssl-policy") ?? settings.defaultSSLPolicy
        } else if let redirectPort {
            listener.defaultAction = .redirect(
                Redirect(protocol: "HTTPS", port: "\(redirectPort)", statusCode: .movedPermanently))
            return listener
        }
        if let backend = view.defaultBackend {
            listener.defaultAction = try action(for: backend, place: "spec.defaultBackend of Ingress \(view.key)")
        }
        listener.rules = try rules(port: port, protocol: kind)
        return listener
    }

    private func certificate() throws(BuildProblem) -> String {
        guard let entry = annotations.entry("certificate-arn"), let first = entry.list.first else {
            throw BuildProblem(
                "Ingress \(view.key)",
                "an HTTPS port needs a certificate, and finding one by host is not supported yet",
                remedy: "Name it in the annotation \(settings.annotationPrefix)/certificate-arn.")
        }
        guard entry.list.count == 1 else {
            throw entry.problem(
                "\(entry.list.count) certificates are named, and more than one per listener is not supported yet",
                remedy: "Name one certificate that covers every host.")
        }
        return first
    }

    static func attributes(_ map: [String: String]?) -> [Attribute] {
        (map ?? [:]).sorted { $0.key < $1.key }.map { Attribute(key: $0.key, value: $0.value) }
    }
}

extension StackBuilder {
    /// What a backend means: its actions annotation, or its service.
    mutating func action(for backend: IngressBackend, place: String) throws(BuildProblem) -> DesiredAction {
        guard backend.port == .useAnnotation else {
            return try forward([WeightedBackend(target: .service(backend))], stickiness: nil, place: place)
        }
        guard let entry = annotations.entry("actions.\(backend.service)") else {
            let key = "\(settings.annotationPrefix)/actions.\(backend.service)"
            return missing(
                .missingAction, "annotation \(key) does not exist", place: place,
                remedy: "Add it, let a Rollout that names this Ingress add it, or name a port of the Service.")
        }
        switch try BackendAction(parsing: entry) {
        case .fixedResponse(let response): return .fixedResponse(response)
        case .redirect(let redirect): return .redirect(redirect)
        case .forward(let backends, let stickiness):
            return try forward(backends, stickiness: stickiness, place: "annotation \(entry.key) of \(entry.owner)")
        }
    }

    private mutating func forward(
        _ backends: [WeightedBackend], stickiness: TargetGroupStickiness?, place: String
    ) throws(BuildProblem) -> DesiredAction {
        var shares: [DesiredShare] = []
        for backend in backends {
            switch backend.target {
            case .targetGroup(let arn): shares.append(DesiredShare(group: .external(arn), weight: backend.weight))
            case .service(let target):
                guard let object = service(target.service) else {
                    let problem = "Service \(view.key.namespace)/\(target.service) does not exist"
                    if backends.count == 1 {
                        return missing(
                            .missingService, problem, place: place, remedy: "Create it, or name another Service.")
                    }
                    throw BuildProblem(place, problem, remedy: "Create it, or take it out of the action.")
                }
                let group = try targetGroup(for: target, of: object, place: place)
                targetGroups[group.resourceID] = group
                shares.append(DesiredShare(group: .own(group.resourceID), weight: backend.weight))
            }
        }
        return .forward(Self.merged(shares), stickiness: stickiness)
    }

    /// The answer in place of a backend that does not exist, which is remembered to be reported.
    private mutating func missing(
        _ response: FixedResponse, _ problem: String, place: String, remedy: String
    ) -> DesiredAction {
        let found = BuildProblem(place, problem, remedy: remedy)
        // Every listener has the same rules.
        if !missingBackends.contains(found) { missingBackends.append(found) }
        return .missing(response, found)
    }

    /// A group that is named twice gets both weights: AWS takes every group once.
    private static func merged(_ shares: [DesiredShare]) -> [DesiredShare] {
        var merged: [DesiredShare] = []
        for share in shares {
            if let index = merged.firstIndex(where: { $0.group == share.group }) {
                merged[index].weight = min(999, (merged[index].weight ?? 1) + (share.weight ?? 1))
            } else {
                merged.append(share)
            }
        }
        return merged
    }
}
