import ELBModel
import JSON
package import KubernetesModel

/// The readiness gate by which a pod waits until it is a healthy target of one target group.
///
/// Source: the AWS Load Balancer Controller, whose gates are named after TargetGroupBindings, and those after target
/// groups; Weir's target groups have the names that it would give them.
package enum ReadinessGate {
    /// What precedes the name of the binding.
    package static let prefix = "target-health.elbv2.k8s.aws/"

    /// The condition type for a target group, and for the binding named after it.
    package static func conditionType(ofBinding name: String) -> String { prefix + name }

    /// The gates of this kind that a pod has, in its order.
    package static func names(of pod: KubernetesObject) -> [String] {
        (pod.spec["readinessGates"]?.arrayValue ?? []).compactMap { $0["conditionType"]?.stringValue }
            .filter { $0.hasPrefix(prefix) }
    }
}

/// A pod condition that tells what a target group says of the pod.
struct GateCondition: Equatable {
    var isTrue: Bool
    /// A reason code of target health; `nil` where there is none.
    var reason: String?
    var message: String?

    /// What a target's health means; `nil` when it says nothing about the pod.
    ///
    /// A group that no rule uses, or that checks nothing, says nothing about a pod that was found healthy before:
    /// taking its readiness away would take it from the rest of the cluster too.
    init?(_ health: TargetHealth, wasTrue: Bool) {
        let isSilent = health.state == .unused || health.state == .unavailable
        if isSilent, wasTrue { return nil }
        isTrue = health.state == .healthy
        reason = isTrue ? nil : health.reason?.rawValue
        message = isTrue ? nil : health.details
    }

    /// Of a target that is just being registered. The words are the peer's.
    static let registering = Self(
        isTrue: false, reason: TargetHealth.Reason.registrationInProgress.rawValue,
        message: "Target registration is in progress")

    private init(isTrue: Bool, reason: String?, message: String?) {
        self.isTrue = isTrue
        self.reason = reason
        self.message = message
    }

    /// The condition that a pod has; `nil` when it has none.
    init?(_ type: String, of pod: KubernetesObject) {
        guard let found = Self.condition(type, of: pod) else { return nil }
        isTrue = found["status"]?.stringValue == "True"
        reason = found["reason"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        message = found["message"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The patch of the pod's status that sets the condition; `nil` when it says so already.
    ///
    /// It is for the pod that was looked at, not for one that has its name since. The time moves with the status only.
    func patch(_ type: String, of pod: KubernetesObject, now: Timestamp) -> KubernetesWrite? {
        let present = Self(type, of: pod)
        guard present != self else { return nil }
        var condition: JSONValue = ["type": .string(type), "status": isTrue ? "True" : "False"]
        if present?.isTrue != isTrue { condition["lastTransitionTime"] = .string(now.rfc3339) }
        condition["reason"] = Self.member(reason, replacing: present?.reason)
        condition["message"] = Self.member(message, replacing: present?.message)
        let body: JSONValue = [
            "metadata": ["uid": .string(pod.uid)], "status": ["conditions": [condition]],
        ]
        return .patch(.init(.pod, pod.key, type: .strategic, body: body, subresource: "status"))
    }

    /// `null` takes away what was there; nothing is left out.
    private static func member(_ text: String?, replacing former: String?) -> JSONValue? {
        if let text { return .string(text) }
        return former == nil ? nil : .some(.null)
    }

    private static func condition(_ type: String, of pod: KubernetesObject) -> JSONValue? {
        (pod.status["conditions"]?.arrayValue ?? []).first { $0["type"]?.stringValue == type }
    }
}
