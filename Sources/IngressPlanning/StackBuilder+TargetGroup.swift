import ELBModel
import KubernetesModel

extension StackBuilder {
    /// The target group of one service port; annotations of the Service go before those of the Ingress.
    func targetGroup(
        for backend: IngressBackend, of object: KubernetesObject, place: String
    ) throws(BuildProblem) -> DesiredTargetGroup {
        let service = ServiceView(object)
        guard let port = service.port(backend.port) else {
            throw BuildProblem(
                place,
                "Service \(service.key) has no port '\(backend.port)'; its ports: \(service.portList)",
                remedy: "Name one of its ports, by number or by name.")
        }
        var sources = annotations
        sources.sources.insert(.init("Service", object), at: 0)
        try checkTargetType(sources)
        let kind = TrafficProtocol(rawValue: try oneOf(sources, "backend-protocol", ["HTTP", "HTTPS"]))
        let version = ProtocolVersion(
            rawValue: try oneOf(sources, "backend-protocol-version", ["HTTP1", "HTTP2", "GRPC"]))
        let resourceID = "\(view.key)-\(backend.service):\(backend.port)"
        let groupPort = if case .number(let number) = port.target { number } else { 1 }
        let identity = ResourceNames.TargetGroupIdentity(
            cluster: settings.clusterName, stack: stackName, namespace: view.key.namespace, ingress: view.key.name,
            service: backend.service, serviceUID: service.uid, servicePort: backend.port.description, port: groupPort,
            targetType: TargetType.ip.rawValue, targetProtocol: kind.rawValue, protocolVersion: version.rawValue)
        let ownTags = (try annotations.map("tags") ?? [:]).merging(try serviceTags(object)) { $1 }
        return DesiredTargetGroup(
            resourceID: resourceID, name: ResourceNames.targetGroup(identity), protocol: kind,
            protocolVersion: version, port: groupPort,
            healthCheck: try healthCheck(sources, service: service, protocol: kind, version: version),
            attributes: Self.attributes(try sources.map("target-group-attributes")),
            tags: tags(ownTags, resource: resourceID))
    }

    private func serviceTags(_ object: KubernetesObject) throws(BuildProblem) -> [String: String] {
        let own = Annotations(prefix: settings.annotationPrefix, sources: [.init("Service", object)])
        try UnsupportedAnnotations.check(own)
        return try own.map("tags") ?? [:]
    }

    /// The annotation's word, or the first of the list.
    private func oneOf(_ sources: Annotations, _ suffix: String, _ words: [String]) throws(BuildProblem) -> String {
        guard let entry = sources.entry(suffix) else { return words[0] }
        return try entry.oneOf(words)
    }

    private func checkTargetType(_ sources: Annotations) throws(BuildProblem) {
        guard let entry = sources.entry("target-type"), entry.text != "ip" else { return }
        throw entry.problem(
            "\(quoted(entry.text)) is not a supported target type",
            remedy: "Write ip: targets are the pods themselves.")
    }

    private func healthCheck(
        _ sources: Annotations, service: ServiceView, protocol kind: TrafficProtocol, version: ProtocolVersion
    ) throws(BuildProblem) -> HealthCheck {
        let isGRPC = version == .grpc
        let checkProtocol = try sources.entry("healthcheck-protocol").map { entry throws(BuildProblem) in
            TrafficProtocol(rawValue: try entry.oneOf(["HTTP", "HTTPS"]))
        }
        let codes = sources.string("success-codes") ?? (isGRPC ? "12" : "200")
        return HealthCheck(
            protocol: checkProtocol ?? kind, port: try healthCheckPort(sources, service: service),
            path: sources.string("healthcheck-path") ?? (isGRPC ? "/AWS.ALB/healthcheck" : "/"),
            intervalSeconds: try sources.integer("healthcheck-interval-seconds", in: 5...300) ?? 15,
            timeoutSeconds: try sources.integer("healthcheck-timeout-seconds", in: 2...120) ?? 5,
            healthyThreshold: try sources.integer("healthy-threshold-count", in: 2...10) ?? 2,
            unhealthyThreshold: try sources.integer("unhealthy-threshold-count", in: 2...10) ?? 2,
            matcher: isGRPC ? .grpc(codes) : .http(codes))
    }

    private func healthCheckPort(_ sources: Annotations, service: ServiceView) throws(BuildProblem) -> String {
        guard let entry = sources.entry("healthcheck-port"), entry.text != "traffic-port" else { return "traffic-port" }
        if let number = Int(entry.text), (1...65_535).contains(number) { return "\(number)" }
        guard let port = service.port(.name(entry.text)) else {
            let words = "failed to resolve healthCheckPort: unable to find port"
            throw entry.problem(
                "\(words) \(quoted(entry.text)) on Service \(service.key)",
                remedy: "Write traffic-port, a number, or the name of one of its ports: \(service.portList).")
        }
        guard case .number(let number) = port.target else {
            throw entry.problem(
                "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port",
                remedy: "Write the number, or make targetPort of port \(entry.text) a number.")
        }
        return "\(number)"
    }
}
