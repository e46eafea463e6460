extension TypeCatalog {
    /// The types of services and ingresses, in the notation of `TypeCatalog`.
    ///
    /// Source: the field lists of the Kubernetes OpenAPI document, release 1.31.
    static let networkingText = """
        ClientIPConfig = timeoutSeconds:i
        Endpoint = addresses:[s] conditions:EndpointConditions deprecatedTopology:{s} hints:EndpointHints
            hostname:s nodeName:s targetRef:ObjectReference zone:s
        EndpointAddress! = hostname:s ip:s nodeName:s targetRef:ObjectReference
        EndpointConditions = ready:b serving:b terminating:b
        EndpointHints = forZones:[ForZone]
        EndpointPort! = appProtocol:s name:s port:i protocol:s
        EndpointSlice = addressType:s apiVersion:s endpoints:[Endpoint] kind:s metadata:ObjectMeta
            ports:[SliceEndpointPort]
        EndpointSubset = addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
        Endpoints = apiVersion:s kind:s metadata:ObjectMeta subsets:[EndpointSubset]
        ForZone = name:s
        HTTPIngressPath = backend:IngressBackend path:s pathType:s
        HTTPIngressRuleValue = paths:[HTTPIngressPath]
        Ingress = apiVersion:s kind:s metadata:ObjectMeta spec:IngressSpec status:IngressStatus
        IngressBackend = resource:TypedLocalObjectReference service:IngressServiceBackend
        IngressClass = apiVersion:s kind:s metadata:ObjectMeta spec:IngressClassSpec
        IngressClassParametersReference = apiGroup:s kind:s name:s namespace:s scope:s
        IngressClassSpec = controller:s parameters:IngressClassParametersReference
        IngressLoadBalancerIngress = hostname:s ip:s ports:[IngressPortStatus]
        IngressLoadBalancerStatus = ingress:[IngressLoadBalancerIngress]
        IngressPortStatus = error:s port:i protocol:s
        IngressRule = host:s http:HTTPIngressRuleValue
        IngressServiceBackend = name:s port:ServiceBackendPort
        IngressSpec = defaultBackend:IngressBackend ingressClassName:s rules:[IngressRule] tls:[IngressTLS]
        IngressStatus = loadBalancer:IngressLoadBalancerStatus
        IngressTLS = hosts:[s] secretName:s
        LoadBalancerIngress = hostname:s ip:s ipMode:s ports:[PortStatus]
        LoadBalancerStatus = ingress:[LoadBalancerIngress]
        PortStatus = error:s port:i protocol:s
        Service = apiVersion:s kind:s metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
        ServiceBackendPort! = name:s number:i
        ServicePort = appProtocol:s name:s nodePort:i port:i protocol:s targetPort:x
        ServiceSpec = allocateLoadBalancerNodePorts:b clusterIP:s clusterIPs:[s] externalIPs:[s]
            externalName:s externalTrafficPolicy:s healthCheckNodePort:i internalTrafficPolicy:s
            ipFamilies:[s] ipFamilyPolicy:s loadBalancerClass:s loadBalancerIP:s loadBalancerSourceRanges:[s]
            ports:[ServicePort]/port/port,protocol publishNotReadyAddresses:b selector:{s} sessionAffinity:s
            sessionAffinityConfig:SessionAffinityConfig trafficDistribution:s type:s
        ServiceStatus = conditions:[Condition]/type loadBalancer:LoadBalancerStatus
        SessionAffinityConfig = clientIP:ClientIPConfig
        SliceEndpointPort! = appProtocol:s name:s port:i protocol:s
        """
}
