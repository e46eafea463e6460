/// What the operator decides for every Ingress; the values that the peer takes from flags.
package struct IngressSettings: Equatable, Sendable {
    /// The value of the tag `elbv2.k8s.aws/cluster`, and part of every generated name.
    package var clusterName: String
    /// The VPC of target groups.
    package var vpcID: String
    /// Classes that are ours in the annotation `kubernetes.io/ingress.class`; `""` also takes Ingresses without class.
    package var ingressClasses: [String] = ["alb"]
    /// What precedes the `/` of every annotation key.
    package var annotationPrefix = "alb.ingress.kubernetes.io"
    /// Subnets of load balancers whose Ingress names none; in this order.
    package var defaultSubnets: [String] = []
    /// Security groups of load balancers whose Ingress names none; empty leaves the choice to AWS.
    package var defaultSecurityGroups: [String] = []
    /// `internal` or `internet-facing`. Source: flag `default-load-balancer-scheme`.
    package var defaultScheme = "internal"
    /// The policy of HTTPS listeners whose Ingress names none. Source: flag `default-ssl-policy`.
    package var defaultSSLPolicy = "ELBSecurityPolicy-2016-08"
    /// Tags of every resource; they win over tags of annotations. Source: flag `default-tags`.
    package var defaultTags: [String: String] = [:]
    /// How old a stack's facts may be while nothing happens: drift is found within this time.
    package var driftInterval: Duration = .seconds(60)
    /// How old facts may be while something is in progress.
    package var progressInterval: Duration = .milliseconds(500)
    /// How long to wait after AWS failed to answer.
    package var retryInterval: Duration = .seconds(5)
    /// How long a target group must have been out of every rule before it is deleted.
    package var targetGroupSettleTime: Duration = .seconds(30)

    /// Settings for a cluster in a VPC; everything else has the peer's defaults.
    package init(clusterName: String, vpcID: String) {
        self.clusterName = clusterName
        self.vpcID = vpcID
    }
}
