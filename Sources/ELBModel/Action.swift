/// What a rule does with a request.
package enum Action: Equatable, Sendable {
    /// Sends it to a target of one of the groups.
    case forward(ForwardAction)
    /// Answers it.
    case fixedResponse(FixedResponse)
    /// Sends the client elsewhere.
    case redirect(Redirect)
    /// A kind that is not known here, such as authentication; refused when creating.
    case other(type: String)

    /// The type name on the wire.
    package var type: String {
        switch self {
        case .forward: "forward"
        case .fixedResponse: "fixed-response"
        case .redirect: "redirect"
        case .other(let type): type
        }
    }
}

/// Target groups and the shares of requests that they get.
package struct ForwardAction: WireStructure {
    /// The groups; a request goes to one of them with probability weight / sum of weights.
    package var targetGroups: [WeightedTargetGroup]
    /// Whether clients stay with their group; `nil` is not given.
    package var stickiness: TargetGroupStickiness?

    /// Sets both.
    package init(targetGroups: [WeightedTargetGroup], stickiness: TargetGroupStickiness? = nil) {
        self.targetGroups = targetGroups
        self.stickiness = stickiness
    }

    /// To read into.
    package static var blank: ForwardAction { ForwardAction(targetGroups: []) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("TargetGroups", &targetGroups)
        wire.field("TargetGroupStickinessConfig", &stickiness)
    }
}

/// A target group in a forward action.
package struct WeightedTargetGroup: WireStructure, Hashable {
    /// The group.
    package var arn: TargetGroupARN
    /// 0...999; `nil` is not given and means 1.
    package var weight: Int?

    /// Sets both.
    package init(arn: TargetGroupARN, weight: Int? = nil) {
        self.arn = arn
        self.weight = weight
    }

    /// To read into.
    package static var blank: WeightedTargetGroup { WeightedTargetGroup(arn: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("TargetGroupArn", &arn)
        wire.field("Weight", &weight)
    }
}

/// Whether a client stays with the target group that it was first sent to.
package struct TargetGroupStickiness: WireStructure, Hashable {
    /// Whether it does.
    package var isEnabled: Bool
    /// 1...604800 s; required when enabled.
    package var durationSeconds: Int?

    /// Sets both.
    package init(isEnabled: Bool, durationSeconds: Int? = nil) {
        self.isEnabled = isEnabled
        self.durationSeconds = durationSeconds
    }

    /// To read into.
    package static var blank: TargetGroupStickiness { TargetGroupStickiness(isEnabled: false) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Enabled", &isEnabled)
        wire.field("DurationSeconds", &durationSeconds)
    }
}

extension Action: WireStructure {
    /// To read into.
    package static var blank: Action { .other(type: "") }

    /// The wire names. A forward to one group is written in both forms that the API knows, and read from either.
    package mutating func map(_ wire: inout WireMapper) {
        var type = self.type
        wire.required("Type", &type)
        if wire.isReading {
            self = Self.read(type, &wire)
            return
        }
        switch self {
        case .forward(var forward):
            if forward.targetGroups.count == 1 {
                wire.write("TargetGroupArn", .text(forward.targetGroups[0].arn.rawValue))
            }
            wire.field("ForwardConfig", &forward)
        case .fixedResponse(var response): wire.field("FixedResponseConfig", &response)
        case .redirect(var redirect): wire.field("RedirectConfig", &redirect)
        case .other: break
        }
    }

    private static func read(_ type: String, _ wire: inout WireMapper) -> Action {
        switch type {
        case "forward":
            return .forward(readForward(&wire))
        case "fixed-response":
            var response = FixedResponse.blank
            if !wire.has("FixedResponseConfig") {
                wire.fail(.validation("A fixed-response action needs '\(wire.location("FixedResponseConfig"))'"))
            }
            wire.field("FixedResponseConfig", &response)
            return .fixedResponse(response)
        case "redirect":
            var redirect = Redirect.blank
            if !wire.has("RedirectConfig") {
                wire.fail(.validation("A redirect action needs '\(wire.location("RedirectConfig"))'"))
            }
            wire.field("RedirectConfig", &redirect)
            return .redirect(redirect)
        default: return .other(type: type)
        }
    }

    private static func readForward(_ wire: inout WireMapper) -> ForwardAction {
        var single: TargetGroupARN?
        var forward = ForwardAction.blank
        wire.field("TargetGroupArn", &single)
        wire.field("ForwardConfig", &forward)
        guard let single else { return forward }
        if forward.targetGroups.isEmpty {
            forward.targetGroups = [WeightedTargetGroup(arn: single)]
        } else if forward.targetGroups.map(\.arn) != [single] {
            let place = wire.location("TargetGroupArn")
            wire.fail(
                .validation("'\(place)' names \(single) but ForwardConfig names other groups. Give only one of them"))
        }
        return forward
    }
}
