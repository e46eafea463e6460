import ELBModel

/// A setting that a kind of resource has.
struct AttributeDefinition: Sendable {
    var key: String
    var initial: String
    var values: Values

    /// What its value may be.
    enum Values: Sendable {
        case flag
        case number(ClosedRange<Int>)
        case oneOf([String])
        case offOr(ClosedRange<Int>)
        case zeroOr(ClosedRange<Int>)
        case text
    }

    init(_ key: String, _ initial: String, _ values: Values) {
        self.key = key
        self.initial = initial
        self.values = values
    }

    /// Whether the value is possible.
    func accepts(_ value: String) -> Bool {
        switch values {
        case .flag: value == "true" || value == "false"
        case .number(let range): Int(value).map(range.contains) ?? false
        case .oneOf(let words): words.contains(value)
        case .offOr(let range): value == "off" || Int(value).map(range.contains) ?? false
        case .zeroOr(let range): value == "0" || Int(value).map(range.contains) ?? false
        case .text: value.utf8.count <= 1024
        }
    }

    /// What the value may be, for messages.
    var expectation: String {
        switch values {
        case .flag: "true or false"
        case .number(let range): "between \(range.lowerBound) and \(range.upperBound), inclusive"
        case .oneOf(let words): "one of \(words.joined(separator: ", "))"
        case .offOr(let range): "off or between \(range.lowerBound) and \(range.upperBound), inclusive"
        case .zeroOr(let range): "0 or between \(range.lowerBound) and \(range.upperBound), inclusive"
        case .text: "at most 1024 characters"
        }
    }
}

/// The settings of each kind of resource with their defaults, in the order in which they are shown.
///
/// Source: Elastic Load Balancing API reference, LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute.
enum AttributeTable {
    static func loadBalancer(scheme: Scheme?) -> [AttributeDefinition] {
        [
            AttributeDefinition("access_logs.s3.enabled", "false", .oneOf(["false"])),
            AttributeDefinition("access_logs.s3.bucket", "", .text),
            AttributeDefinition("access_logs.s3.prefix", "", .text),
            AttributeDefinition("connection_logs.s3.enabled", "false", .oneOf(["false"])),
            AttributeDefinition("connection_logs.s3.bucket", "", .text),
            AttributeDefinition("connection_logs.s3.prefix", "", .text),
            AttributeDefinition("health_check_logs.s3.enabled", "false", .oneOf(["false"])),
            AttributeDefinition("health_check_logs.s3.bucket", "", .text),
            AttributeDefinition("health_check_logs.s3.prefix", "", .text),
            AttributeDefinition("deletion_protection.enabled", "false", .flag),
            AttributeDefinition("load_balancing.cross_zone.enabled", "true", .oneOf(["true"])),
            AttributeDefinition("ipv6.deny_all_igw_traffic", scheme == .internal ? "true" : "false", .flag),
            AttributeDefinition("zonal_shift.config.enabled", "false", .flag),
            AttributeDefinition("idle_timeout.timeout_seconds", "60", .number(1...4000)),
            AttributeDefinition("client_keep_alive.seconds", "3600", .number(60...604_800)),
            AttributeDefinition(
                "routing.http.desync_mitigation_mode", "defensive", .oneOf(["monitor", "defensive", "strictest"])),
            AttributeDefinition("routing.http.drop_invalid_header_fields.enabled", "false", .flag),
            AttributeDefinition("routing.http.preserve_host_header.enabled", "false", .flag),
            AttributeDefinition("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", .flag),
            AttributeDefinition("routing.http.xff_client_port.enabled", "false", .flag),
            AttributeDefinition(
                "routing.http.xff_header_processing.mode", "append", .oneOf(["append", "preserve", "remove"])),
            AttributeDefinition("routing.http2.enabled", "true", .flag),
            AttributeDefinition("waf.fail_open.enabled", "false", .flag),
        ]
    }

    static func targetGroup(deregistrationDelaySeconds: Int) -> [AttributeDefinition] {
        let health = "target_group_health"
        return [
            AttributeDefinition(
                deregistrationDelay, "\(deregistrationDelaySeconds)", .number(0...3600)),
            AttributeDefinition("stickiness.enabled", "false", .flag),
            AttributeDefinition("stickiness.type", "lb_cookie", .oneOf(["lb_cookie", "app_cookie"])),
            AttributeDefinition("stickiness.lb_cookie.duration_seconds", "86400", .number(1...604_800)),
            AttributeDefinition("stickiness.app_cookie.cookie_name", "", .text),
            AttributeDefinition("stickiness.app_cookie.duration_seconds", "86400", .number(1...604_800)),
            AttributeDefinition("slow_start.duration_seconds", "0", .zeroOr(30...900)),
            AttributeDefinition(
                "load_balancing.algorithm.type", "round_robin",
                .oneOf(["round_robin", "least_outstanding_requests", "weighted_random"])),
            AttributeDefinition("load_balancing.algorithm.anomaly_mitigation", "off", .oneOf(["on", "off"])),
            AttributeDefinition(
                "load_balancing.cross_zone.enabled", "use_load_balancer_configuration",
                .oneOf(["true", "false", "use_load_balancer_configuration"])),
            AttributeDefinition("\(health).dns_failover.minimum_healthy_targets.count", "1", .offOr(1...1000)),
            AttributeDefinition("\(health).dns_failover.minimum_healthy_targets.percentage", "off", .offOr(1...100)),
            AttributeDefinition(
                "\(health).unhealthy_state_routing.minimum_healthy_targets.count", "1", .number(1...1000)),
            AttributeDefinition(
                "\(health).unhealthy_state_routing.minimum_healthy_targets.percentage", "off", .offOr(1...100)),
        ]
    }

    static let deregistrationDelay = "deregistration_delay.timeout_seconds"

    /// The defaults of target groups, but for the one that is configured.
    static let targetGroupInitials: [String: String] = Dictionary(
        targetGroup(deregistrationDelaySeconds: 0).filter { $0.key != deregistrationDelay }
            .map { ($0.key, $0.initial) }, uniquingKeysWith: { first, _ in first })

    static let listener: [AttributeDefinition] =
        [AttributeDefinition("routing.http.response.server.enabled", "true", .flag)]
        + [
            "access_control_allow_origin", "access_control_allow_methods", "access_control_allow_headers",
            "access_control_allow_credentials", "access_control_expose_headers", "access_control_max_age",
            "strict_transport_security", "content_security_policy", "x_content_type_options", "x_frame_options",
        ].map { AttributeDefinition("routing.http.response.\($0).header_value", "", .text) }
}
