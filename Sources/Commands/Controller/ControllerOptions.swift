import AWSClient
package import ControllerRuntime
import IngressPlanning
package import KubernetesClient
import KubernetesModel
package import Operations
import Planning
import RolloutPlanning

/// Everything that decides how the controllers run; filled from the command line, or by the sandbox.
package struct ControllerOptions: Sendable {
    /// `--kubeconfig`; `nil` looks where kubectl looks, then for a pod's service account.
    package var kubeconfig: String?
    /// How to reach the API server; `nil` to look it up.
    package var kubernetes: ClientConfiguration?
    /// Serve only the namespace of the configuration.
    package var isNamespaced = false
    /// The only namespace that is served; `nil` serves all.
    package var namespace: String?
    package var awsRegion: String?
    package var awsEndpointURL: String?
    /// How many calls to AWS are sent: the published limits, unless an emulator has none.
    package var callBudget = CallBudget()
    /// Environment variables that win over the process's own: the sandbox's access key.
    package var environment: [String: String] = [:]
    /// The classes of Ingresses that are served; empty leaves all Ingresses, and what is behind them, to somebody else.
    package var ingressClasses: [String] = ["alb"]
    package var annotationPrefix = "alb.ingress.kubernetes.io"
    package var clusterName = "weir"
    package var vpcID = ""
    package var subnets: [String] = []
    package var securityGroups: [String] = []
    /// How long the data plane may go on with former rules after an API read has shown the new ones.
    package var settleTime: Duration = .seconds(10)
    /// The tag by which a target group of a Service is known.
    package var resourceTagKey = "ingress.k8s.aws/resource"

    /// Whether cluster and AWS are examined at the start, and what is missing logged.
    package var examinesAtStart = false
    /// Serve the Rollouts whose label `controller-instance-id` says this; empty serves those without the label.
    package var instanceID = ""

    /// The webhook that gives new pods their readiness gates; `nil` serves none.
    package var webhook: WebhookSettings?
    /// Who may write when several processes run; `nil` when this one is alone.
    package var election: ElectionRules?
    /// Where probes and metrics are served.
    package var operations = OperationsSettings()
    /// What is shown at `/metrics`; `nil` shows nothing.
    package var metrics: PrometheusMetrics?

    package init() {}

    var awsOptions: AWSOptions { AWSOptions(region: awsRegion, endpointURL: awsEndpointURL) }

    func host() -> HostEnvironment {
        var host = HostEnvironment.withCommands
        host.variables.merge(environment) { _, ours in ours }
        return host
    }

    /// The controllers, as values: one for Rollouts, and one for Ingresses unless they are somebody else's.
    func controllers() -> [any Controller] {
        var rollout = RolloutSettings()
        rollout.settleTime = settleTime
        rollout.resourceTagKey = resourceTagKey
        rollout.instanceID = instanceID
        let rollouts = RolloutController(settings: rollout)
        // A controller of Ingresses that serves none would still let go of those that carry the finalizer which it has
        // in common with the peer.
        return ingressClasses.isEmpty ? [rollouts] : [rollouts, IngressController(settings: ingressSettings)]
    }

    var ingressSettings: IngressSettings {
        var ingress = IngressSettings(clusterName: clusterName, vpcID: vpcID)
        ingress.ingressClasses = ingressClasses
        ingress.annotationPrefix = annotationPrefix
        ingress.defaultSubnets = subnets
        ingress.defaultSecurityGroups = securityGroups
        return ingress
    }
}
