import ELBModel

/// What `actions.<name>` asks for.
enum BackendAction: Equatable, Sendable {
    case forward([WeightedBackend], stickiness: TargetGroupStickiness?)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
}

/// One group of targets of a forward action.
struct WeightedBackend: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        case service(IngressBackend)
        /// A group that somebody else made.
        case targetGroup(TargetGroupARN)
    }

    var target: Target
    /// 0...999; `nil` only where it is the one group of its action.
    var weight: Int?
}

extension FixedResponse {
    /// What a listener does when no rule matches.
    static let notFound = FixedResponse(statusCode: 404, contentType: "text/plain")
    /// What a rule does whose service does not exist. The text is the peer's.
    static let missingService = unavailable("Backend service does not exist")
    /// What a rule does whose action annotation does not exist. The text is the peer's.
    static let missingAction = unavailable("Backend action does not exist")

    private static func unavailable(_ body: String) -> FixedResponse {
        FixedResponse(statusCode: 503, contentType: "text/plain", messageBody: body)
    }
}

extension BackendAction {
    /// Reads an `actions.<name>` annotation; the messages' words are the peer's.
    init(parsing entry: AnnotationEntry) throws(BuildProblem) {
        let fields = try AnnotationFields(entry)
        switch try fields.string("type") {
        case "forward": self = try Self.forward(fields)
        case "fixed-response": self = .fixedResponse(try Self.fixedResponse(fields))
        case "redirect": self = .redirect(try Self.redirect(fields))
        case let type:
            throw fields.problem(
                "type", "unknown action type: \(type ?? "none given")",
                remedy: "Use forward, redirect or fixed-response.")
        }
    }

    private static func forward(_ fields: AnnotationFields) throws(BuildProblem) -> BackendAction {
        let arn = try fields.string("targetGroupARN")
        try refuseName(fields)
        guard let config = try fields.fields("forwardConfig") else {
            guard let arn else {
                throw fields.problem(
                    "missing ForwardConfig or TargetGroupARN/TargetGroupName",
                    remedy: "Give forwardConfig.targetGroups or targetGroupARN.")
            }
            return .forward([WeightedBackend(target: .targetGroup(TargetGroupARN(rawValue: arn)))], stickiness: nil)
        }
        guard arn == nil else {
            throw fields.problem(
                "either ForwardConfig or TargetGroupARN/TargetGroupName can be specified", remedy: "Remove one of them."
            )
        }
        let tuples = try config.list("targetGroups")
        guard !tuples.isEmpty else {
            throw config.problem("targetGroups", "no target group is given", remedy: "Name at least one.")
        }
        var backends: [WeightedBackend] = []
        for tuple in tuples { backends.append(try weighted(tuple, isOnly: tuples.count == 1)) }
        guard backends.count <= 5 else {
            throw config.problem(
                "targetGroups", "\(backends.count) target groups are more than the 5 that an action may have",
                remedy: "Remove some.")
        }
        return .forward(backends, stickiness: try stickiness(config))
    }

    private static func weighted(_ fields: AnnotationFields, isOnly: Bool) throws(BuildProblem) -> WeightedBackend {
        let arn = try fields.string("targetGroupARN")
        try refuseName(fields)
        let service = try fields.string("serviceName")
        let weight = try fields.integer("weight")
        if let weight, !(0...999).contains(weight) {
            throw fields.problem("weight", "\(weight) is not from 0 to 999", remedy: "Write a weight in that range.")
        }
        if weight == nil, !isOnly {
            throw fields.problem(
                "weight must be set when route to multiple target groups", remedy: "Give every target group a weight.")
        }
        if let arn {
            guard service == nil else {
                throw fields.problem(
                    "either serviceName or targetGroupARN/targetGroupName can be specified", remedy: "Remove one.")
            }
            return WeightedBackend(target: .targetGroup(TargetGroupARN(rawValue: arn)), weight: weight)
        }
        guard let service else {
            throw fields.problem(
                "missing serviceName or targetGroupARN/targetGroupName", remedy: "Give serviceName and servicePort.")
        }
        guard let port = try fields.port("servicePort") else {
            throw fields.problem("missing servicePort", remedy: "Give the number or name of a port of \(service).")
        }
        return WeightedBackend(target: .service(IngressBackend(service: service, port: port)), weight: weight)
    }

    private static func refuseName(_ fields: AnnotationFields) throws(BuildProblem) {
        guard let name = try fields.string("targetGroupName") else { return }
        throw fields.problem(
            "targetGroupName", "\(quoted(name)): looking up target groups by name is not supported yet",
            remedy: "Write its ARN in targetGroupARN.")
    }

    private static func stickiness(_ config: AnnotationFields) throws(BuildProblem) -> TargetGroupStickiness? {
        guard let fields = try config.fields("targetGroupStickinessConfig") else { return nil }
        let isEnabled = try fields.bool("enabled") ?? false
        let duration = try fields.integer("durationSeconds")
        if isEnabled {
            guard let duration, (1...604_800).contains(duration) else {
                throw fields.problem(
                    "durationSeconds", "\(duration.map { "\($0)" } ?? "none") is not from 1 to 604800 seconds",
                    remedy: "Give a duration in that range, or set enabled to false.")
            }
        }
        return TargetGroupStickiness(isEnabled: isEnabled, durationSeconds: duration)
    }

    private static func fixedResponse(_ fields: AnnotationFields) throws(BuildProblem) -> FixedResponse {
        guard let config = try fields.fields("fixedResponseConfig") else {
            throw fields.problem("missing FixedResponseConfig", remedy: "Give fixedResponseConfig.statusCode.")
        }
        guard let status = try config.string("statusCode") else {
            throw config.problem("statusCode is required", remedy: "Give it as a string, like \"503\".")
        }
        guard let code = Int(status), (200...299).contains(code) || (400...599).contains(code) else {
            throw config.problem(
                "statusCode", "\(quoted(status)) is not a status that a load balancer can answer",
                remedy: "Use 2XX, 4XX or 5XX.")
        }
        return FixedResponse(
            statusCode: code, contentType: try config.string("contentType"),
            messageBody: try config.string("messageBody"))
    }

    private static func redirect(_ fields: AnnotationFields) throws(BuildProblem) -> Redirect {
        guard let config = try fields.fields("redirectConfig") else {
            throw fields.problem("missing RedirectConfig", remedy: "Give redirectConfig.statusCode and a target.")
        }
        guard let status = try config.string("statusCode") else {
            throw config.problem("statusCode is required", remedy: "Give HTTP_301 or HTTP_302.")
        }
        let code = Redirect.StatusCode(rawValue: status)
        guard code == .movedPermanently || code == .found else {
            throw config.problem(
                "statusCode", "\(quoted(status)) is not a redirect status", remedy: "Use HTTP_301 or HTTP_302.")
        }
        return Redirect(
            protocol: try config.string("protocol"), host: try config.string("host"),
            port: try config.string("port"), path: try config.string("path"), query: try config.string("query"),
            statusCode: code)
    }
}
