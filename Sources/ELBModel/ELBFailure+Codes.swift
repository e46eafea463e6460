extension ELBFailure.Code {
    /// No such load balancer.
    package static let loadBalancerNotFound: Self = "LoadBalancerNotFound"
    /// No such listener.
    package static let listenerNotFound: Self = "ListenerNotFound"
    /// No such rule.
    package static let ruleNotFound: Self = "RuleNotFound"
    /// No such target group.
    package static let targetGroupNotFound: Self = "TargetGroupNotFound"
    /// The name is taken by a load balancer with other settings.
    package static let duplicateLoadBalancerName: Self = "DuplicateLoadBalancerName"
    /// The name is taken by a target group with other settings.
    package static let duplicateTargetGroupName: Self = "DuplicateTargetGroupName"
    /// The port is taken by a listener with other settings.
    package static let duplicateListener: Self = "DuplicateListener"
    /// A tag key occurs twice in one call.
    package static let duplicateTagKeys: Self = "DuplicateTagKeys"
    /// Another rule of the listener has that priority.
    package static let priorityInUse: Self = "PriorityInUse"
    /// The quota of rules per load balancer is used up.
    package static let tooManyRules: Self = "TooManyRules"
    /// The quota of listeners per load balancer is used up.
    package static let tooManyListeners: Self = "TooManyListeners"
    /// The quota of load balancers per region is used up.
    package static let tooManyLoadBalancers: Self = "TooManyLoadBalancers"
    /// The quota of target groups is used up.
    package static let tooManyTargetGroups: Self = "TooManyTargetGroups"
    /// The quota of targets is used up.
    package static let tooManyTargets: Self = "TooManyTargets"
    /// The quota of tags per resource is used up.
    package static let tooManyTags: Self = "TooManyTags"
    /// An action list is longer than allowed.
    package static let tooManyActions: Self = "TooManyActions"
    /// A load balancer or one of its actions would use too many target groups.
    package static let tooManyUniqueTargetGroupsPerLoadBalancer: Self = "TooManyUniqueTargetGroupsPerLoadBalancer"
    /// One target is registered too often.
    package static let tooManyRegistrationsForTargetId: Self = "TooManyRegistrationsForTargetId"
    /// The target group already serves another load balancer.
    package static let targetGroupAssociationLimit: Self = "TargetGroupAssociationLimit"
    /// Listener and target group protocols do not fit.
    package static let incompatibleProtocols: Self = "IncompatibleProtocols"
    /// The settings contradict each other.
    package static let invalidConfigurationRequest: Self = "InvalidConfigurationRequest"
    /// The action list is malformed.
    package static let invalidLoadBalancerAction: Self = "InvalidLoadBalancerAction"
    /// The protocol does not exist on this kind of load balancer.
    package static let unsupportedProtocol: Self = "UnsupportedProtocol"
    /// Something still refers to the resource.
    package static let resourceInUse: Self = "ResourceInUse"
    /// The resource forbids the operation: a default rule, deletion protection.
    package static let operationNotPermitted: Self = "OperationNotPermitted"
    /// A target does not fit the group.
    package static let invalidTarget: Self = "InvalidTarget"
    /// The scheme is not possible.
    package static let invalidScheme: Self = "InvalidScheme"
    /// The subnets do not fit.
    package static let invalidSubnet: Self = "InvalidSubnet"
    /// No such subnet.
    package static let subnetNotFound: Self = "SubnetNotFound"
    /// The security group does not fit.
    package static let invalidSecurityGroup: Self = "InvalidSecurityGroup"
    /// The quota of certificates per load balancer is used up.
    package static let tooManyCertificates: Self = "TooManyCertificates"
    /// No such TLS policy.
    package static let sslPolicyNotFound: Self = "SSLPolicyNotFound"
    /// No such certificate.
    package static let certificateNotFound: Self = "CertificateNotFound"
    /// The health of the targets cannot be told now.
    package static let healthUnavailable: Self = "HealthUnavailable"
    /// The service lacks capacity.
    package static let insufficientCapacity: Self = "InsufficientCapacity"
    /// An earlier request is still being worked on.
    package static let priorRequestNotComplete: Self = "PriorRequestNotComplete"
    /// A value is malformed, too long, out of range or missing.
    package static let validationError: Self = "ValidationError"
    /// No such operation.
    package static let invalidAction: Self = "InvalidAction"
    /// A value is not possible.
    package static let invalidParameterValue: Self = "InvalidParameterValue"
    /// A parameter is missing.
    package static let missingParameter: Self = "MissingParameter"
    /// Too many calls.
    package static let throttling: Self = "Throttling"
    /// The caller may not do this.
    package static let accessDenied: Self = "AccessDenied"
    /// The access key is unknown.
    package static let invalidClientTokenId: Self = "InvalidClientTokenId"
    /// The signature is wrong or too old.
    package static let signatureDoesNotMatch: Self = "SignatureDoesNotMatch"
    /// The Authorization header is malformed.
    package static let incompleteSignature: Self = "IncompleteSignature"
    /// The request is not signed.
    package static let missingAuthenticationToken: Self = "MissingAuthenticationToken"
    /// The session token has expired.
    package static let expiredToken: Self = "ExpiredToken"
    /// The account is not subscribed to the service.
    package static let optInRequired: Self = "OptInRequired"
    /// The service failed.
    package static let internalFailure: Self = "InternalFailure"
    /// The service is not available now.
    package static let serviceUnavailable: Self = "ServiceUnavailable"
    /// Ours, never on the wire: an answer was received which could not be read.
    package static let malformedResponse: Self = "MalformedResponse"
    /// Ours, never on the wire: no answer was received.
    package static let unreachable: Self = "Unreachable"
}
