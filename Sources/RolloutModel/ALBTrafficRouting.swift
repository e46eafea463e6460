import JSON

/// `spec.strategy.canary.trafficRouting.alb`.
package struct ALBTrafficRouting: Hashable, Sendable {
    /// The Ingresses that carry the action, in the order of the spec, without duplicates; at least one.
    package var ingresses: [String]
    /// The field that names them: `ingress` or `ingresses`.
    package var ingressField: String
    /// Every target group's service port.
    package var servicePort: Int
    /// The name of the action; empty means the stable service's.
    package var rootService: String
    /// Default `alb.ingress.kubernetes.io`.
    package var annotationPrefix: String
    /// `nil` when stickiness is off.
    package var stickinessSeconds: Int?

    package init(
        ingresses: [String], ingressField: String = "ingress", servicePort: Int, rootService: String = "",
        annotationPrefix: String = RolloutKeys.albPrefix, stickinessSeconds: Int? = nil
    ) {
        self.ingresses = ingresses
        self.ingressField = ingressField
        self.servicePort = servicePort
        self.rootService = rootService
        self.annotationPrefix = annotationPrefix
        self.stickinessSeconds = stickinessSeconds
    }
}

extension ALBTrafficRouting {
    /// Reads the field; every rule about it alone is checked here.
    init(_ reader: FieldReader) throws(FieldError) {
        let single = try reader.string("ingress")
        let several = try reader.array("ingresses")
        if !single.isEmpty, several != nil {
            throw FieldError(
                reader.path, .internalError, "Either Ingress or Ingresses must be configured. Both are configured.")
        }
        let names = several?.compactMap(\.stringValue) ?? (single.isEmpty ? [] : [single])
        guard !names.isEmpty else {
            throw FieldError(
                reader.path, .internalError, "Either Ingress or Ingresses must be configured. Neither are configured.")
        }
        guard let port = try reader.int("servicePort") else {
            throw FieldError(reader.path("servicePort"), .required, "the port of the services behind the action")
        }
        guard (1...65535).contains(port) else {
            throw FieldError(reader.path("servicePort"), .invalid(value: "\(port)"), "must be between 1 and 65535")
        }
        let prefix = try reader.string("annotationPrefix")
        var unique: [String] = []
        for name in names where !unique.contains(name) { unique.append(name) }
        self.init(
            ingresses: unique, ingressField: several == nil ? "ingress" : "ingresses", servicePort: port,
            rootService: try reader.string("rootService"),
            annotationPrefix: prefix.isEmpty ? RolloutKeys.albPrefix : prefix,
            stickinessSeconds: try Self.stickiness(try reader.object("stickinessConfig")))
    }

    private static func stickiness(_ reader: FieldReader) throws(FieldError) -> Int? {
        guard try reader.bool("enabled") else { return nil }
        let seconds = try reader.int("durationSeconds") ?? 0
        guard (1...604_800).contains(seconds) else {
            throw FieldError(
                reader.path("durationSeconds"), .invalid(value: "\(seconds)"),
                "TargetGroupStickinessConfig's duration must be between 1 and 604800 seconds (7 days)!")
        }
        return seconds
    }
}
