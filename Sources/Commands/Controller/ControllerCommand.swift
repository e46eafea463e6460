package import ArgumentParser
import KubernetesModel
import Logging
import Metrics
import Operations
import ServiceLifecycle
import UnixSignals

/// `weir controller`: both controllers against any cluster and any AWS endpoint.
package struct ControllerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "Run Weir's rollout and ingress controllers until interrupted.",
        discussion: """
            The cluster is found like kubectl finds it: --kubeconfig, KUBECONFIG, ~/.kube/config, then the service \
            account of the pod. AWS is found like the AWS CLI finds it.
            """)

    /// The word for no class of Ingresses at all.
    static let noClass = "none"

    @Option(help: "The kubeconfig file to use.")
    var kubeconfig: String?

    @Option(help: "Serve only this namespace.")
    var namespace: String?

    @Flag(help: "Serve only the namespace of the kubeconfig's context, or of the pod.")
    var namespaced = false

    @Option(help: "The AWS region.")
    var awsRegion: String?

    @Option(name: .customLong("aws-endpoint-url"), help: "The ELBv2 endpoint to use instead of the region's.")
    var awsEndpointURL: String?

    @Option(name: .customLong("aws-vpc-id"), help: "The VPC of the target groups.")
    var awsVPCID: String?

    @Option(
        help: "Part of every AWS name and tag; give the AWS Load Balancer Controller's, to take over what it made.")
    var clusterName = "weir"

    @Option(
        name: .customLong("subnet"), parsing: .singleValue,
        help: "A subnet for load balancers whose Ingress names none (repeatable).")
    var subnets: [String] = []

    @Option(
        name: .customLong("security-group"), parsing: .singleValue,
        help: "A security group for load balancers whose Ingress names none (repeatable).")
    var securityGroups: [String] = []

    @Option(
        parsing: .singleValue,
        help: """
            An Ingress class to serve (repeatable); '' serves Ingresses without a class; none alone leaves every \
            Ingress to another controller. (default: alb)
            """)
    var albIngressClasses: [String] = []

    @Option(help: "The prefix of the load balancer controller's annotations.")
    var annotationPrefix = "alb.ingress.kubernetes.io"

    @Option(help: "Seconds the load balancer may go on with former rules after it has shown new ones.")
    var settleSeconds: Double = 10

    @Option(
        name: .customLong("alb-tag-key-resource-id"),
        help: "The tag by which the load balancer controller marks the target group of a Service.")
    var resourceTagKey = "ingress.k8s.aws/resource"

    @Flag(
        name: [.customLong("aws-verify-target-group"), .customLong("alb-verify-weight")],
        help: "Accepted for Argo Rollouts' sake: weights and targets are always verified.")
    var verifiesTargetGroups = false

    @Option(
        name: .customLong("instance-id"),
        help: """
            Serve the Rollouts whose label argo-rollouts.argoproj.io/controller-instance-id says this, instead of \
            those without it. Ends the Lease's name.
            """)
    var instanceID: String?

    @OptionGroup var election: ElectionOptions

    @OptionGroup var operations: OperationsOptions

    @OptionGroup var webhook: WebhookOptions

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func validate() throws {
        if settleSeconds < 0 || settleSeconds > 3_600 {
            throw ValidationError("--settle-seconds is \(settleSeconds); give a number of seconds from 0 to 3600.")
        }
        if let namespace, let problem = NamespaceRule.problem(with: namespace) {
            throw ValidationError("--namespace: \(problem). Give a name, or leave it out to serve every namespace.")
        }
        if let instanceID, !NamespaceRule.isName(instanceID) {
            throw ValidationError(
                "--instance-id is '\(instanceID)'; give lower case letters, digits, '-' and '.', as in the label.")
        }
        if albIngressClasses.count > 1, albIngressClasses.contains(Self.noClass) {
            throw ValidationError("--alb-ingress-classes none excludes other classes; give one or the others.")
        }
        if namespaced, namespace != nil {
            throw ValidationError("--namespaced and --namespace exclude each other; give one.")
        }
    }

    /// The classes that were asked for.
    var servedClasses: [String] {
        albIngressClasses.isEmpty ? ControllerOptions().ingressClasses : albIngressClasses.filter { $0 != Self.noClass }
    }

    package func run() async throws {
        var options = ControllerOptions()
        options.kubeconfig = kubeconfig
        options.ingressClasses = servedClasses
        options.namespace = namespace
        options.isNamespaced = namespaced
        options.awsRegion = awsRegion
        options.awsEndpointURL = awsEndpointURL
        options.vpcID = awsVPCID ?? ""
        options.clusterName = clusterName
        options.subnets = subnets
        options.securityGroups = securityGroups
        options.annotationPrefix = annotationPrefix
        options.resourceTagKey = resourceTagKey
        options.settleTime = .milliseconds(Int64(settleSeconds * 1_000))
        options.examinesAtStart = true
        options.instanceID = instanceID ?? ""
        options.election = election.rules(instanceID: instanceID)
        options.operations = operations.settings
        options.webhook = webhook.settings
        if options.operations.metricsPort != 0 {
            let metrics = PrometheusMetrics()
            MetricsSystem.bootstrap(metrics)
            options.metrics = metrics
        }
        let logger = logging.makeLogger("weir.controller", level: .info)
        let program = ControllerProgram(options: options, logger: logger)
        try await Program.runUntilStopped(logger: logger, within: ControllerProgram.shutdownLimit) { stop in
            try await program.run(until: stop)
        }
    }
}
