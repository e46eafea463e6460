/// The schemas of the AWS Load Balancer Controller's resources. Source: its API reference, `elbv2.k8s.aws/v1beta1`.
package enum LoadBalancerSchemas {
    /// The schema of whole TargetGroupBindings.
    package static let targetGroupBinding = FieldSchema.root(
        "A target group that gets the endpoints of a Service.",
        spec: .object(
            "What is wanted.",
            [
                "targetGroupARN": .string("The target group; or targetGroupName."),
                "targetGroupName": .string("The target group's name, instead of targetGroupARN."),
                "multiClusterTargetGroup": .boolean("Whether other clusters register targets too."),
                "targetType": .string("instance or ip."),
                "targetGroupProtocol": .string("The protocol of the target group."),
                "serviceRef": .object(
                    "The Service, in the same namespace.",
                    ["name": .string("Its name."), "port": .intOrString("The number or the name of its port.")]),
                "networking": .object(
                    "Who may reach the targets.", ["ingress": .list("The ways in.", of: networkingRule)]),
                "nodeSelector": .labelSelector("The nodes to register; only for targets of type instance."),
                "ipAddressType": .string("ipv4 or ipv6."),
                "vpcID": .string("The VPC of the target group."),
                "iamRoleArnToAssume": .string("The role with the rights to the target group."),
                "assumeRoleExternalId": .string("The external ID to assume that role with."),
            ]),
        status: .open("What was observed last. Written by the controller."))

    private static let networkingRule = FieldSchema.object(
        "",
        [
            "from": .list(
                "The sources, of which one suffices.",
                of: .object(
                    "",
                    [
                        "ipBlock": .object("Addresses.", ["cidr": .string("The network.")]),
                        "securityGroup": .object("A security group.", ["groupID": .string("Its ID.")]),
                    ])),
            "ports": .list(
                "The ports.",
                of: .object(
                    "",
                    [
                        "protocol": .string("TCP or UDP; TCP when not set."),
                        "port": .intOrString("The number or the name; all when not set."),
                    ])),
        ])

    /// The schema of whole IngressClassParams.
    package static let ingressClassParams = FieldSchema.root(
        "Settings for every Ingress of a class, which win over annotations.",
        spec: .object(
            "What is wanted.",
            [
                "loadBalancerName": .string("The load balancer's name."),
                "certificateArn": .strings("The certificates of HTTPS listeners."),
                "namespaceSelector": .labelSelector("The namespaces that may use the class."),
                "group": .object("The group of the Ingresses.", ["name": .string("Its name.")]),
                "scheme": .string("internal or internet-facing."),
                "inboundCIDRs": .strings("The networks that may connect."),
                "sslPolicy": .string("The security policy of HTTPS listeners."),
                "sslRedirectPort": .string("The port that HTTP is sent on to."),
                "subnets": .object(
                    "The subnets: exactly one of the fields.",
                    [
                        "ids": .strings("Their IDs."),
                        "tags": .map("Tags, each with the values it may have.", of: .strings("")),
                    ]),
                "ipAddressType": .string("ipv4, dualstack or dualstack-without-public-ipv4."),
                "tags": .keyValueList("Tags of all resources."),
                "targetType": .string("instance or ip."),
                "loadBalancerAttributes": .keyValueList("Attributes of the load balancer."),
                "listeners": .list(
                    "Settings of listeners.",
                    of: .object(
                        "",
                        [
                            "protocol": .string("HTTP or HTTPS."), "port": .integer("The listener's port."),
                            "listenerAttributes": .keyValueList("Attributes of the listener."),
                        ])),
                "minimumLoadBalancerCapacity": .object(
                    "Capacity kept in reserve.", ["capacityUnits": .integer("Load balancer capacity units.")]),
                "ipamConfiguration": .object(
                    "Where addresses come from.", ["ipv4IPAMPoolId": .string("The pool of public IPv4 addresses.")]),
                "prefixListsIDs": .strings("The prefix lists that may connect."),
                "PrefixListsIDs": .strings("The earlier spelling of prefixListsIDs; never both."),
                "wafv2AclArn": .string("The web ACL's ARN."),
                "wafv2AclName": .string("The web ACL's name."),
            ]))
}
