// rx -i IF -m v3|v2|recvmmsg|recv -R ROUNDS -D drain_ms -S ringMB -t tov_ms -w walk|copy -c CPU
// A round ends after 400 ms idle. With -D N, once readable sleep N ms first (burst drain).
#include "common.h"
static long frames,bytes;static uint64_t sum;static int work_copy;static uint8_t*heap;static long hp;
static double first,last;
static inline void touch(const uint8_t*d,uint32_t cap,uint32_t len,uint64_t ts,uint32_t vlan){
  frames++;bytes+=len;sum+=ts+vlan;uint64_t w;memcpy(&w,d,8);sum+=w;uint32_t x;memcpy(&x,d+10,4);sum+=x;
  if(work_copy){if(hp+cap>(64<<20))hp=0;memcpy(heap+hp,d,cap);hp+=(cap+15)&~15;}
}
int main(int c,char**v){
  char*ifn="vb",*mode="v3";int coal=0;int R=3,D=0,S=64,tov=10,cp=-1,o,blk=1<<18;
  while((o=getopt(c,v,"i:m:R:D:S:t:w:c:b:C:"))>0)switch(o){case'C':coal=atoi(optarg);break;case'i':ifn=optarg;break;case'm':mode=optarg;break;case'R':R=atoi(optarg);break;case'D':D=atoi(optarg);break;case'S':S=atoi(optarg);break;case't':tov=atoi(optarg);break;case'w':work_copy=optarg[0]=='c';break;case'c':cp=atoi(optarg);break;case'b':blk=atoi(optarg);break;}
  pin(cp);heap=malloc((64<<20)+65536);memset(heap,0,64<<20);
  int fd;uint8_t*ring=0;int nb=0,nf=0,fsz=2048;int ver=0;
  {
    fd=socket(AF_PACKET,SOCK_RAW,0);if(fd<0)DIE("socket");
    int one=1;setsockopt(fd,SOL_PACKET,PACKET_IGNORE_OUTGOING,&one,sizeof one);
    if(mode[0]=='v'){ver=mode[1]=='3'?TPACKET_V3:TPACKET_V2;if(setsockopt(fd,SOL_PACKET,PACKET_VERSION,&ver,sizeof ver))DIE("ver");
      nb=((long)S<<20)/blk;nf=nb*(blk/fsz);
      struct tpacket_req3 r={.tp_block_size=blk,.tp_block_nr=nb,.tp_frame_size=fsz,.tp_frame_nr=nf,.tp_retire_blk_tov=tov};
      if(setsockopt(fd,SOL_PACKET,PACKET_RX_RING,&r,ver==TPACKET_V3?sizeof r:sizeof(struct tpacket_req)))DIE("rx_ring");
      ring=mmap(0,(size_t)nb*blk,PROT_READ|PROT_WRITE,MAP_SHARED|MAP_POPULATE,fd,0);if(ring==MAP_FAILED)DIE("mmap");
    } else {int sz=S<<20;setsockopt(fd,SOL_SOCKET,SO_RCVBUFFORCE,&sz,sizeof sz);}
    struct sockaddr_ll a={.sll_family=AF_PACKET,.sll_protocol=htons(ETH_P_ALL),.sll_ifindex=if_nametoindex(ifn)};
    struct packet_mreq mr={.mr_ifindex=a.sll_ifindex,.mr_type=PACKET_MR_PROMISC};setsockopt(fd,SOL_PACKET,PACKET_ADD_MEMBERSHIP,&mr,sizeof mr);
    if(bind(fd,(void*)&a,sizeof a))DIE("bind");
  }
  struct mmsghdr m[64];struct iovec io[64];uint8_t*buf=malloc(64*65536);memset(m,0,sizeof m);for(int i=0;i<64;i++){io[i].iov_base=buf+i*65536;io[i].iov_len=65536;m[i].msg_hdr.msg_iov=io+i;m[i].msg_hdr.msg_iovlen=1;}
  fprintf(stderr,"ready\n");
  long bi=0,polls=0,lastn=0;int round=0,slept=0;double u0,s0,u1=0,s1=0;
  while(round<R){
    struct pollfd pf={fd,POLLIN|POLLERR,0};int pr;
    if(coal&&lastn>=8){struct timespec ts={0,coal*1000};nanosleep(&ts,0);pr=1;}else{pr=poll(&pf,1,400);polls++;}
    if(pr==0){ if(frames==0)continue; // round over
      uint32_t dr=0;
      {struct tpacket_stats_v3 st={0};socklen_t l=sizeof st;getsockopt(fd,SOL_PACKET,PACKET_STATISTICS,&st,&l);dr=st.tp_drops;}
      printf("RX c-%s-%s%s frames=%ld bytes=%ld drops=%u sec=%.4f fps=%.0f cpu_ns/frame=%.1f (user %.1f sys %.1f) polls=%ld\n",mode,work_copy?"copy":"walk",D?"-drain":"",frames,bytes,dr,last-first,frames/(last-first),(u1-u0+s1-s0)*1e9/frames,(u1-u0)*1e9/frames,(s1-s0)*1e9/frames,polls);fflush(stdout);
      round++;frames=bytes=0;slept=0;polls=0;continue;}
    if(frames==0){ if(D&&!slept){usleep(D*1000);slept=1;} first=now();cpu(&u0,&s0);}
    long before=frames;
    if(ver==TPACKET_V3){
      for(;;){struct tpacket_block_desc*b=(void*)(ring+bi*(long)blk);
        if(!(__atomic_load_n(&b->hdr.bh1.block_status,__ATOMIC_ACQUIRE)&TP_STATUS_USER))break;
        int n=b->hdr.bh1.num_pkts;struct tpacket3_hdr*h=(void*)((uint8_t*)b+b->hdr.bh1.offset_to_first_pkt);
        for(int i=0;i<n;i++){touch((uint8_t*)h+h->tp_mac,h->tp_snaplen,h->tp_len,h->tp_sec*1000000000ull+h->tp_nsec,h->tp_status&TP_STATUS_VLAN_VALID?h->hv1.tp_vlan_tci:0);h=(void*)((uint8_t*)h+h->tp_next_offset);}
        __atomic_store_n(&b->hdr.bh1.block_status,TP_STATUS_KERNEL,__ATOMIC_RELEASE);bi=(bi+1)%nb;}
    } else if(ver==TPACKET_V2&&mode[0]=='v'){
      for(;;){struct tpacket2_hdr*h=(void*)(ring+bi*(long)fsz);
        if(!(__atomic_load_n(&h->tp_status,__ATOMIC_ACQUIRE)&TP_STATUS_USER))break;
        touch((uint8_t*)h+h->tp_mac,h->tp_snaplen,h->tp_len,h->tp_sec*1000000000ull+h->tp_nsec,h->tp_vlan_tci);
        __atomic_store_n(&h->tp_status,TP_STATUS_KERNEL,__ATOMIC_RELEASE);bi=(bi+1)%nf;}
    } else if(!strcmp(mode,"recvmmsg")){
      for(;;){int n=recvmmsg(fd,m,64,MSG_DONTWAIT,0);if(n<=0)break;for(int i=0;i<n;i++)touch(buf+i*65536,m[i].msg_len,m[i].msg_len,0,0);if(n<64)break;}
    } else {
      for(;;){int n=recv(fd,buf,65536,MSG_DONTWAIT);if(n<0)break;touch(buf,n,n,0,0);}
    }
    lastn=frames-before;if(frames>before){last=now();cpu(&u1,&s1);}
  }
  fprintf(stderr,"sum %lu\n",sum);
}
